import Synchronization
import Testing

@testable import RelationalStore

struct ConnectionHolderTests {
    /// What was ended on the servers.
    private final class Killed: Sendable {
        let numbers = Mutex<[UInt64]>([])
    }

    /// A connection whose statement was interrupted.
    private final class Connection: SQLConnection {
        let session: ServerSession?
        let isBroken: Bool
        let interrupter = Interrupter {}
        private let killed: Killed

        init(_ session: ServerSession, isBroken: Bool, _ killed: Killed) {
            (self.session, self.isBroken, self.killed) = (session, isBroken, killed)
        }

        var dialect: SQLDialect { .mysql }
        var isInTransaction: Bool { false }
        var isPeerGone: Bool { false }
        func prepare(lockTimeout: Duration) {}
        func run(_ text: String, _ parameters: [SQLValue]) throws(SQLError) -> SQLOutcome { SQLOutcome() }
        func begin() throws(SQLError) {}
        func commit() throws(SQLError) {}
        func rollback() throws(SQLError) {}
        func ping() throws(SQLError) {}
        func kill(_ orphan: ServerSession) { killed.numbers.withLock { $0.append(orphan.number) } }
        func close() {}
    }

    /// Leads to these sessions, one after the other; the first connection breaks.
    private final class Driver: SQLDriver {
        let killed = Killed()
        private let sessions: Mutex<[(server: String, number: UInt64)]>
        private let count: Int

        init(_ sessions: [(server: String, number: UInt64)]) {
            self.sessions = Mutex(sessions)
            count = sessions.count
        }

        var dialect: SQLDialect { .mysql }
        var layout: PoolLayout { PoolLayout(writers: 1, readers: 0) }
        var isRemote: Bool { true }

        func open(_ role: ConnectionRole, patience: Duration) throws(SQLError) -> Connection {
            let (session, isFirst) = sessions.withLock { ($0.removeFirst(), $0.count == count - 1) }
            return Connection(
                ServerSession(server: session.server, number: session.number), isBroken: isFirst, killed)
        }
    }

    @Test(arguments: [("a", 1_001, [1_000]), ("a", 5, []), ("b", 5_000, [])] as [(String, UInt64, [UInt64])])
    func `what an interrupted connection left running is ended on its own server only`(
        server: String, number: UInt64, killed: [UInt64]
    ) throws {
        let driver = Driver([("a", 1_000), (server, number)])
        var holder = ConnectionHolder(
            driver: driver, role: .readWrite, configuration: DatabaseConfiguration(), health: PoolHealth())
        _ = try holder.ready(patience: .seconds(1))
        holder.settle(wasInterrupted: true)
        #expect(driver.killed.numbers.withLock { $0 } == killed)
        holder.close()
    }
}
