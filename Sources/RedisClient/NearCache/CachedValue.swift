/// A value in a form whose keeper need not know the type, so that the lookup is compiled once and without generics.
final class CachedValue<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
