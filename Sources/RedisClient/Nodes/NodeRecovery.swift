import Synchronization

/// Carries the word that a server is there again, or is another one, from the link that found it to those of the
/// other loops.
///
/// Their pauses are random, and commands on one loop would go on failing while those on another are served; or go on
/// to a master that was replaced, and does not know yet.
final class NodeRecovery: Sendable {
    private let listener = Mutex<(@Sendable (RedisConfiguration.Endpoint) -> Void)?>(nil)

    /// Names who passes the word on; called once.
    func whenAnnounced(_ notify: @escaping @Sendable (RedisConfiguration.Endpoint) -> Void) {
        listener.withLock { $0 = notify }
    }

    /// Says that there is a connection to a server at an address.
    func announce(_ endpoint: RedisConfiguration.Endpoint) {
        listener.withLock(\.self)?(endpoint)
    }
}
