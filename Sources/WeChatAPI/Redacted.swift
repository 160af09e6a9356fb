/// A value that shows only part of itself, or nothing, wherever it is printed.
///
/// String interpolation, `print`, `debugPrint`, `dump` and log metadata all show ``redactedDescription``.
public protocol Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What may be shown of the value.
    var redactedDescription: String { get }
}

extension Redacted {
    /// The redacted form.
    public var description: String { redactedDescription }

    /// The redacted form.
    public var debugDescription: String { redactedDescription }

    /// A mirror without children, so that reflection cannot show what the description hides.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
