/// What one can subscribe to.
enum SubscriptionTopic: Hashable, Sendable {
    case channel(ExactText)
    case pattern(ExactText)

    /// The command that asks for it.
    var subscribe: RedisCommand {
        switch self {
        case .channel(let name): RedisCommand("SUBSCRIBE", .string(name.text))
        case .pattern(let pattern): RedisCommand("PSUBSCRIBE", .string(pattern.text))
        }
    }

    /// The command that ends it.
    var unsubscribe: RedisCommand {
        switch self {
        case .channel(let name): RedisCommand("UNSUBSCRIBE", .string(name.text))
        case .pattern(let pattern): RedisCommand("PUNSUBSCRIBE", .string(pattern.text))
        }
    }
}
