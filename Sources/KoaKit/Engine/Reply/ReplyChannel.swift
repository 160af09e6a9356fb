import NIOCore
import Synchronization

/// What the context of a request that is being handled has to do with what sends its reply: a connection of HTTP/1.1, a
/// stream of HTTP/2.
// SAFETY: `sink` is touched on `loop` only; `sendHead` hops there first. The compiler cannot see that a request's task
// runs on its connection's loop. Can go when a class can be isolated to an event loop.
final class ReplyChannel: @unchecked Sendable {
    private weak var sink: (any ReplySink)?
    private let loop: any EventLoop
    private let answer = Mutex<HTTPError?>(nil)

    init(_ sink: any ReplySink, loop: any EventLoop) {
        self.sink = sink
        self.loop = loop
    }

    /// Sends the head of the current request's reply now.
    ///
    /// - Throws: `CancellationError` when nobody waits for it any more.
    func sendHead(_ head: Reply) async throws {
        if loop.inEventLoop { return try send(head) }
        try await withCheckedThrowingContinuation { continuation in
            loop.execute { continuation.resume(with: Result { try self.send(head) }) }
        }
    }

    private func send(_ head: Reply) throws {
        guard let sink, sink.sendHead(head) else { throw CancellationError() }
    }

    /// What the client is told whatever the handler leaves, because a deadline has passed; nil while none has.
    ///
    /// The last request of its connection or stream: none comes after a deadline.
    var imposedError: HTTPError? { answer.withLock { $0 } }

    /// Notes what the client is told, before the handler is cancelled.
    func impose(_ error: HTTPError) { answer.withLock { $0 = error } }
}
