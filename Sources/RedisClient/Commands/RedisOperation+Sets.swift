extension RedisOperation<Int> {
    /// Adds members to a set (SADD).
    ///
    /// - Parameters:
    ///   - key: The key of the set.
    ///   - members: At least one.
    /// - Returns: The operation; its output is how many of the members are new.
    public static func setAdd(_ key: String, members: [some RedisEncodable]) -> Self {
        Self("SADD", [.string(key)] + members.map(\.redisArgument))
    }

    /// Removes members from a set (SREM); with the last one the key goes.
    ///
    /// - Parameters:
    ///   - key: The key of the set.
    ///   - members: At least one.
    /// - Returns: The operation; its output is how many of the members there were.
    public static func setRemove(_ key: String, members: [some RedisEncodable]) -> Self {
        Self("SREM", [.string(key)] + members.map(\.redisArgument))
    }

    /// Counts the members of a set (SCARD).
    public static func setCount(_ key: String) -> Self {
        Self("SCARD", [.string(key)])
    }
}

extension RedisOperation<Bool> {
    /// Tells whether a set has a member (SISMEMBER).
    public static func setContains(_ key: String, member: some RedisEncodable) -> Self {
        Self("SISMEMBER", [.string(key), member.redisArgument])
    }
}

extension RedisOperation {
    /// Reads all members of a set (SMEMBERS).
    ///
    /// - Parameters:
    ///   - key: The key of the set.
    ///   - type: What to read the members as.
    /// - Returns: The operation; its output is empty when there is no such key.
    public static func setMembers<Member: RedisDecodable & Hashable>(
        _ key: String, as type: Member.Type
    ) -> Self where Output == Set<Member> {
        Self("SMEMBERS", [.string(key)])
    }
}
