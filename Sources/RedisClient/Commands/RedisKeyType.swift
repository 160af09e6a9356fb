/// The kind of value a key holds, by Redis's name for it.
public struct RedisKeyType: Hashable, Sendable {
    /// The name, as TYPE replies and `SCAN … TYPE` takes it.
    public let name: String

    /// Makes a type of its name, such as that of a module's type.
    ///
    /// - Parameter name: In the letters Redis uses.
    public init(name: String) {
        self.name = name
    }

    /// Bytes, text or a number.
    public static let string = Self(name: "string")
    /// Values in the order they were put.
    public static let list = Self(name: "list")
    /// Members without order.
    public static let set = Self(name: "set")
    /// Members ordered by scores.
    public static let sortedSet = Self(name: "zset")
    /// Fields with values.
    public static let hash = Self(name: "hash")
    /// A log of entries.
    public static let stream = Self(name: "stream")
}
