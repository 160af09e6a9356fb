/// Where a range of scores ends.
public enum ScoreBound: Hashable, Sendable {
    /// At this score, which belongs to the range; `±Double.infinity` for a range without an end.
    case inclusive(Double)
    /// At this score, which does not belong to the range.
    case exclusive(Double)

    var argument: RedisArgument {
        switch self {
        case .inclusive(let score): score.redisArgument
        case .exclusive(let score): .string("(\(score)")
        }
    }
}
