import NIOCore
import Synchronization

/// What the connections of one pool tell each other.
final class PoolHealth: Sendable {
    private let breaker = Mutex(ConnectBreaker())
    private let currentGeneration = Atomic<Int>(0)

    /// Connections of an earlier generation are replaced before they are used again.
    var generation: Int { currentGeneration.load(ordering: .acquiring) }

    /// Call when a connection proved that its siblings are likely dead, or lead to a server that was demoted.
    func retireAllConnections() {
        currentGeneration.add(1, ordering: .releasing)
    }

    /// Opens a connection, unless attempts pause after failures.
    func connect<Connection>(_ open: () throws(SQLError) -> Connection) throws(SQLError) -> Connection {
        try breaker.withLock { breaker throws(SQLError) in try breaker.attempt(at: .now()) }
        do throws(SQLError) {
            let connection = try open()
            breaker.withLock { $0.succeeded() }
            return connection
        } catch {
            breaker.withLock { $0.failed(error, at: .now(), jitter: .random(in: 0..<1)) }
            throw error
        }
    }
}
