import NIOCore

/// Asks a connection of HTTP/1.1, from wherever the handler runs.
// SAFETY: `connection` is touched on `loop` only; `sendHead` hops there first. The compiler cannot see that a request's
// task runs on its connection's loop. Can go when a class can be isolated to an event loop.
final class HTTP1ReplyChannel: ReplyChannel, @unchecked Sendable {
    private weak var connection: HTTPConnection?
    private let loop: any EventLoop

    init(_ connection: HTTPConnection) {
        self.connection = connection
        loop = connection.loop
    }

    func sendHead(_ head: Reply) async throws {
        if loop.inEventLoop { return try send(head) }
        try await withCheckedThrowingContinuation { continuation in
            loop.execute { continuation.resume(with: Result { try self.send(head) }) }
        }
    }

    private func send(_ head: Reply) throws {
        guard let connection, connection.sendHead(head) else { throw CancellationError() }
    }
}
