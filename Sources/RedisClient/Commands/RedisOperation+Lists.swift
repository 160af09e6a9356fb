/// An end of a list.
public enum RedisListEnd: Hashable, Sendable {
    /// The first element.
    case front
    /// The last element.
    case back
}

extension RedisOperation<Int> {
    /// Puts elements at an end of a list (LPUSH, RPUSH), one after the other.
    ///
    /// - Parameters:
    ///   - key: The key of the list.
    ///   - elements: At least one; put at the front, the last of them comes to be the first of the list.
    ///   - end: Where to put them; the back by default.
    /// - Returns: The operation; its output is the new number of elements.
    public static func listPush(
        _ key: String, _ elements: [some RedisEncodable], at end: RedisListEnd = .back
    ) -> Self {
        Self(end == .front ? "LPUSH" : "RPUSH", [.string(key)] + elements.map(\.redisArgument))
    }

    /// Counts the elements of a list (LLEN).
    public static func listCount(_ key: String) -> Self {
        Self("LLEN", [.string(key)])
    }
}

extension RedisOperation {
    /// Takes an element from an end of a list (LPOP, RPOP).
    ///
    /// - Parameters:
    ///   - key: The key of the list.
    ///   - end: Where to take it; the front by default.
    ///   - type: What to read the element as.
    /// - Returns: The operation; its output is `nil` when the list is empty.
    public static func listPop<Element: RedisDecodable>(
        _ key: String, at end: RedisListEnd = .front, as type: Element.Type
    ) -> Self where Output == Element? {
        Self(end == .front ? "LPOP" : "RPOP", [.string(key)])
    }

    /// Takes an element from one list and puts it into another, in one step (LMOVE, Redis 6.2).
    ///
    /// What a worker takes this way is not lost with it: it stays in the second list until it is removed there.
    ///
    /// - Parameters:
    ///   - source: The key of the list to take from, at the front.
    ///   - destination: The key of the list to put at the back of.
    ///   - type: What to read the element as.
    /// - Returns: The operation; its output is `nil` when the first list is empty.
    public static func listMove<Element: RedisDecodable>(
        from source: String, to destination: String, as type: Element.Type
    ) -> Self where Output == Element? {
        Self("LMOVE", [.string(source), .string(destination), "LEFT", "RIGHT"])
    }

    /// Reads a part of a list (LRANGE).
    ///
    /// - Parameters:
    ///   - key: The key of the list.
    ///   - first: The place of the first element to read, 0 by default; negative places count from the end.
    ///   - last: The place of the last element to read; -1, the last one, by default.
    ///   - type: What to read the elements as.
    /// - Returns: The operation; its output is empty when there is no such key.
    public static func listRange<Element: RedisDecodable>(
        _ key: String, from first: Int = 0, through last: Int = -1, as type: Element.Type
    ) -> Self where Output == [Element] {
        Self("LRANGE", [.string(key), .integer(first), .integer(last)])
    }
}

extension RedisOperation<Void> {
    /// Keeps a part of a list and removes the rest (LTRIM).
    ///
    /// - Parameters:
    ///   - key: The key of the list.
    ///   - first: The place of the first element to keep; negative places count from the end.
    ///   - last: The place of the last element to keep; -1 is the last one.
    /// - Returns: The operation.
    public static func listTrim(_ key: String, keepingFrom first: Int, through last: Int) -> Self {
        Self("LTRIM", [.string(key), .integer(first), .integer(last)], decode: Self.acknowledged)
    }
}
