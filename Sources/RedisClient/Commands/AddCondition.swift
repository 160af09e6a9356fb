/// Which members of a sorted set are written.
public enum AddCondition: Hashable, Sendable {
    /// Only new ones (NX).
    case ifAbsent
    /// Only those that are there (XX).
    case ifPresent
    /// New ones, and those whose new score is higher (GT, Redis 6.2).
    case ifHigher
    /// New ones, and those whose new score is lower (LT, Redis 6.2).
    case ifLower

    var word: RedisArgument {
        switch self {
        case .ifAbsent: "NX"
        case .ifPresent: "XX"
        case .ifHigher: "GT"
        case .ifLower: "LT"
        }
    }
}
