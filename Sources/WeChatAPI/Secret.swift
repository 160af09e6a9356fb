/// A value that never shows itself in text: it prints as `***`.
public struct Secret<Value: Sendable>: Redacted, Sendable {
    /// The value itself; handle it as the secret it is.
    public let exposed: Value

    /// Wraps a value.
    public init(_ value: Value) {
        exposed = value
    }

    /// Always `***`.
    public var redactedDescription: String { "***" }
}

extension Secret: Equatable where Value: Equatable {}
extension Secret: Hashable where Value: Hashable {}
