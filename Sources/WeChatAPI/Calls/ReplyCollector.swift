import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Collects one reply in memory, up to a limit, and remembers how far the request came.
///
/// AsyncHTTPClient's delegate interface is used because its deadline covers the body too; that of
/// `execute(_:deadline:)` ends with the headers.
final class ReplyCollector: HTTPClientResponseDelegate {
    /// How far a request came.
    struct Progress {
        /// Whether the request may have reached the server.
        var isSent = false
        /// Whether the server has begun to answer.
        var isAnswered = false
        /// What has arrived of the body.
        var body = ByteBuffer()
    }

    /// How far the request came so far.
    var progress: Progress { state.withLock { $0 } }

    private let state = Mutex(Progress())
    private let limit: Int

    /// - Parameter limit: The most bytes of body that are kept; one more fails the request and closes its connection.
    init(limit: Int) {
        self.limit = limit
    }

    func didSendRequestHead(task: HTTPClient.Task<ByteBuffer>, _ head: HTTPRequestHead) {
        state.withLock { $0.isSent = true }
    }

    func didReceiveHead(task: HTTPClient.Task<ByteBuffer>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        state.withLock { $0.isAnswered = true }
        guard (200..<300).contains(head.status.code) else {
            return task.eventLoop.makeFailedFuture(MalformedReply.status(Int(head.status.code)))
        }
        if let announced = head.headers.first(name: "content-length").flatMap(Int.init), announced > limit {
            return task.eventLoop.makeFailedFuture(MalformedReply.tooLarge(limit: limit))
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<ByteBuffer>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
        let fits = state.withLock { progress in
            guard progress.body.readableBytes + part.readableBytes <= limit else { return false }
            progress.body.writeImmutableBuffer(part)
            return true
        }
        return fits
            ? task.eventLoop.makeSucceededVoidFuture()
            : task.eventLoop.makeFailedFuture(MalformedReply.tooLarge(limit: limit))
    }

    func didFinishRequest(task: HTTPClient.Task<ByteBuffer>) throws -> ByteBuffer {
        state.withLock { $0.body }
    }
}
