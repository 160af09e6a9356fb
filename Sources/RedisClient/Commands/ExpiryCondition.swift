/// When the expiry of a key is changed (Redis 7).
public enum ExpiryCondition: Hashable, Sendable {
    /// Only if the key has no expiry (NX).
    case ifNone
    /// Only if the key has an expiry (XX).
    case ifAny
    /// Only if the new one is later (GT); a key without an expiry counts as living for ever.
    case ifLater
    /// Only if the new one is earlier (LT); a key without an expiry counts as living for ever.
    case ifEarlier

    var words: [RedisArgument] {
        switch self {
        case .ifNone: ["NX"]
        case .ifAny: ["XX"]
        case .ifLater: ["GT"]
        case .ifEarlier: ["LT"]
        }
    }
}
