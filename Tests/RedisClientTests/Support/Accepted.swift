import NIOCore
import Synchronization

/// The connections a server has taken.
final class Accepted: Sendable {
    private let channels = Mutex<[any Channel]>([])

    func add(_ channel: any Channel) { channels.withLock { $0.append(channel) } }

    var all: [any Channel] { channels.withLock(\.self) }
    var count: Int { all.count }

    /// Waits for the end of a connection, as the server sees it; fails when it does not come in 10 s.
    ///
    /// Waiting for a future does not end with the test's time limit, so a client that never closes would hang the run.
    func closed(_ number: Int) async throws {
        let all = all
        guard all.indices.contains(number) else { throw NeverClosed() }
        let loop = all[number].eventLoop
        let closed = loop.makePromise(of: Void.self)
        all[number].closeFuture.cascade(to: closed)
        let limit = loop.scheduleTask(in: .seconds(10)) { closed.fail(NeverClosed()) }
        defer { limit.cancel() }
        try await closed.futureResult.get()
    }

    struct NeverClosed: Error {}
}
