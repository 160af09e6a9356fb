extension RedisOperation<Int> {
    /// Adds members to a sorted set, or changes their scores (ZADD).
    ///
    /// - Parameters:
    ///   - key: The key of the sorted set.
    ///   - members: At least one, with scores.
    ///   - condition: Which of them to write; `nil` writes all.
    /// - Returns: The operation; its output is how many of the members are new.
    public static func sortedSetAdd(
        _ key: String, _ members: [ScoredMember<some RedisEncodable>], condition: AddCondition? = nil
    ) -> Self {
        let pairs = members.flatMap { [$0.score.redisArgument, $0.member.redisArgument] }
        return Self("ZADD", [.string(key)] + (condition.map { [$0.word] } ?? []) + pairs)
    }

    /// Removes members from a sorted set (ZREM); with the last one the key goes.
    ///
    /// - Parameters:
    ///   - key: The key of the sorted set.
    ///   - members: At least one.
    /// - Returns: The operation; its output is how many of the members there were.
    public static func sortedSetRemove(_ key: String, members: [some RedisEncodable]) -> Self {
        Self("ZREM", [.string(key)] + members.map(\.redisArgument))
    }

    /// Removes the members of a sorted set whose scores are in a range (ZREMRANGEBYSCORE); the output is how many.
    public static func sortedSetRemove(
        _ key: String, scoresFrom lower: ScoreBound, to upper: ScoreBound
    ) -> Self {
        Self("ZREMRANGEBYSCORE", [.string(key), lower.argument, upper.argument])
    }

    /// Counts the members of a sorted set (ZCARD).
    public static func sortedSetCount(_ key: String) -> Self {
        Self("ZCARD", [.string(key)])
    }

    /// Counts the members of a sorted set whose scores are in a range (ZCOUNT).
    public static func sortedSetCount(
        _ key: String, scoresFrom lower: ScoreBound, to upper: ScoreBound
    ) -> Self {
        Self("ZCOUNT", [.string(key), lower.argument, upper.argument])
    }
}

extension RedisOperation<Double> {
    /// Adds to the score of a member (ZINCRBY); one that does not exist counts as 0, and is added.
    ///
    /// - Parameters:
    ///   - key: The key of the sorted set.
    ///   - member: The member.
    ///   - amount: What to add; negative to subtract.
    /// - Returns: The operation; its output is the new score.
    public static func sortedSetIncrement(
        _ key: String, member: some RedisEncodable, by amount: Double
    ) -> Self {
        Self("ZINCRBY", [.string(key), amount.redisArgument, member.redisArgument])
    }
}

extension RedisOperation<Double?> {
    /// Reads the score of a member (ZSCORE), `nil` when there is no such member.
    public static func sortedSetScore(_ key: String, of member: some RedisEncodable) -> Self {
        Self("ZSCORE", [.string(key), member.redisArgument])
    }
}

extension RedisOperation<Int?> {
    /// Tells how many members come before one (ZRANK, ZREVRANK), `nil` when there is no such member.
    ///
    /// - Parameters:
    ///   - key: The key of the sorted set.
    ///   - member: The member.
    ///   - order: From which end to count; from the lowest score by default.
    /// - Returns: The operation; its output is 0 for the first one.
    public static func sortedSetRank(
        _ key: String, of member: some RedisEncodable, order: ScoreOrder = .ascending
    ) -> Self {
        Self(order == .ascending ? "ZRANK" : "ZREVRANK", [.string(key), member.redisArgument])
    }
}

extension RedisOperation {
    /// Reads the members of a sorted set at places (ZRANGE, ZREVRANGE).
    ///
    /// - Parameters:
    ///   - key: The key of the sorted set.
    ///   - first: The place of the first member to read, 0 by default; negative places count from the end.
    ///   - last: The place of the last member to read; -1, the last one, by default.
    ///   - order: From which end to count; from the lowest score by default.
    ///   - type: What to read the members as.
    /// - Returns: The operation; its output is empty when there is no such key.
    public static func sortedSetRange<Member: RedisDecodable>(
        _ key: String, from first: Int = 0, through last: Int = -1, order: ScoreOrder = .ascending,
        as type: Member.Type
    ) -> Self where Output == [ScoredMember<Member>] {
        let name = order == .ascending ? "ZRANGE" : "ZREVRANGE"
        return Self(
            name, [.string(key), .integer(first), .integer(last), "WITHSCORES"], decode: ScoredMember<Member>.list)
    }

    /// Reads the members of a sorted set whose scores are in a range (ZRANGEBYSCORE, ZREVRANGEBYSCORE).
    ///
    /// - Parameters:
    ///   - key: The key of the sorted set.
    ///   - lower: Where the range starts.
    ///   - upper: Where the range ends.
    ///   - order: From which end to read; from the lowest score by default.
    ///   - limit: The most members to read; `nil` reads all.
    ///   - type: What to read the members as.
    /// - Returns: The operation; its output is empty when there is no such key.
    public static func sortedSetRange<Member: RedisDecodable>(
        _ key: String, scoresFrom lower: ScoreBound, to upper: ScoreBound, order: ScoreOrder = .ascending,
        limit: Int? = nil, as type: Member.Type
    ) -> Self where Output == [ScoredMember<Member>] {
        let isAscending = order == .ascending
        let bounds = isAscending ? [lower.argument, upper.argument] : [upper.argument, lower.argument]
        let options: [RedisArgument] = limit.map { ["WITHSCORES", "LIMIT", 0, .integer($0)] } ?? ["WITHSCORES"]
        return Self(
            isAscending ? "ZRANGEBYSCORE" : "ZREVRANGEBYSCORE", [.string(key)] + bounds + options,
            decode: ScoredMember<Member>.list)
    }

    /// Takes the members with the lowest scores from a sorted set (ZPOPMIN, Redis 5).
    ///
    /// - Parameters:
    ///   - key: The key of the sorted set.
    ///   - count: The most members to take; 1 by default.
    ///   - type: What to read the members as.
    /// - Returns: The operation; its output is empty when the sorted set is.
    public static func sortedSetPopMinimum<Member: RedisDecodable>(
        _ key: String, count: Int = 1, as type: Member.Type
    ) -> Self where Output == [ScoredMember<Member>] {
        Self("ZPOPMIN", [.string(key), .integer(count)], decode: ScoredMember<Member>.list)
    }
}

/// The order in which members of a sorted set are counted and read.
public enum ScoreOrder: Hashable, Sendable {
    /// From the lowest score on.
    case ascending
    /// From the highest score on.
    case descending
}
