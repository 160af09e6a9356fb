import Synchronization

/// Carries the word that a server is there again from the link that found it to those of the other loops.
///
/// Their pauses are random, and commands on one loop would go on failing while those on another are served.
final class NodeRecovery: Sendable {
    private let listener = Mutex<(@Sendable () -> Void)?>(nil)

    /// Names who passes the word on; called once.
    func whenAnnounced(_ notify: @escaping @Sendable () -> Void) {
        listener.withLock { $0 = notify }
    }

    /// Says that there is a connection.
    func announce() {
        listener.withLock(\.self)?()
    }
}
