/// What a subscription has to tell.
///
/// Redis keeps no message for a subscriber that is away. Where messages were or may have been lost, the subscription
/// says so; whoever keeps a state by its messages then reads the state afresh.
public enum RedisSubscriptionEvent: Sendable, Hashable {
    /// Someone published.
    case message(RedisMessage)
    /// This many messages were dropped here, the oldest of those that waited, because the reader was too slow.
    case dropped(Int)
    /// The connection was lost here: what is published from now on does not arrive.
    case interrupted
    /// The server has agreed to the subscription again: what is published from now on arrives.
    case resumed
}
