/// A value in a form whose keeper need not know the type, so that the lookup is compiled once and without generics.
final class CachedValue<Value: Sendable>: Sendable {
    private let value: Value

    init(_ value: Value) { self.value = value }

    /// Takes the value out again.
    static func value(in object: any AnyObject & Sendable) -> Value {
        // SAFETY: A cache has one value type, and puts only objects of this class into its shards, which nobody else
        // writes to. A checked cast of a generic class would cost more than the lookup. Checked in debug builds.
        unsafeDowncast(object, to: Self.self).value
    }
}
