/// Names a value that middleware pass downstream, and its type.
///
/// ```swift
/// enum CurrentUser: StateKey { typealias Value = User }
/// ctx.state[CurrentUser.self] = user
/// ```
public protocol StateKey {
    /// The type of the value.
    associatedtype Value
}

/// A request's values by typed key; empty at first.
///
/// Koa's `ctx.state`, without the guessing.
public struct State {
    private var values: [ObjectIdentifier: Any] = [:]

    /// The value of `key`, nil until it is set.
    public subscript<Key: StateKey>(key: Key.Type) -> Key.Value? {
        get { values[ObjectIdentifier(key)] as? Key.Value }
        set { values[ObjectIdentifier(key)] = newValue }
    }
}
