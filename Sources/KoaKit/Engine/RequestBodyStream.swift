import NIOCore

/// The body of one request on its way from the connection to the handler.
// SAFETY: everything here is touched on `loop` only; the connection's side asserts it and `collect` hops there first.
// The compiler cannot see that a request's task runs on its connection's loop. Can go when a class can be isolated to
// an event loop.
final class RequestBodyStream: @unchecked Sendable {
    private enum Phase {
        case receiving
        case complete
        case failed(any Error)
    }

    /// How much is buffered before anybody asked for the body.
    private static let unaskedLimit = 65_536

    private let loop: any EventLoop
    private var phase = Phase.receiving
    private var received = ByteBuffer()
    private var waiter: CheckedContinuation<ByteBuffer, any Error>?
    private var limit: Int?
    private var isDiscarded = false
    /// Called when a handler asks for the body: the client may be told to send it, reading may go on.
    var onDemand: (() -> Void)?

    init(loop: any EventLoop) {
        self.loop = loop
    }

    /// Whether the connection should go on reading for this body.
    var hasRoom: Bool { isDiscarded || received.readableBytes <= (limit ?? Self.unaskedLimit) }

    /// Whether a handler asked for the body.
    var wasAsked: Bool { limit != nil }

    func receive(_ chunk: inout ByteBuffer) {
        loop.assertInEventLoop()
        guard !isDiscarded, case .receiving = phase else { return }
        received.writeBuffer(&chunk)
        resumeWaiter()
    }

    func finish() {
        loop.assertInEventLoop()
        if case .receiving = phase { phase = .complete }
        resumeWaiter()
    }

    func fail(_ error: any Error) {
        loop.assertInEventLoop()
        if case .receiving = phase { phase = .failed(error) }
        resumeWaiter()
    }

    /// Throws away what came and what will come: the reply is out and nobody will read it.
    func discard() {
        isDiscarded = true
        received = ByteBuffer()
        onDemand = nil
    }

    func collect(upTo limit: Int) async throws -> ByteBuffer {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if loop.inEventLoop {
                    wait(continuation, limit)
                } else {
                    loop.execute { self.wait(continuation, limit) }
                }
            }
        } onCancel: {
            loop.execute { self.fail(CancellationError()) }
        }
    }

    private func wait(_ continuation: CheckedContinuation<ByteBuffer, any Error>, _ limit: Int) {
        guard waiter == nil else {
            continuation.resume(throwing: HTTPError(500, "the body is being read twice at once"))
            return
        }
        waiter = continuation
        self.limit = limit
        resumeWaiter()
        if waiter != nil { onDemand?() }
    }

    private func resumeWaiter() {
        guard let waiter, let limit else { return }
        if received.readableBytes > limit {
            self.waiter = nil
            waiter.resume(throwing: HTTPError.contentTooLarge(limit: limit))
            return
        }
        switch phase {
        case .receiving: return
        case .complete:
            self.waiter = nil
            waiter.resume(returning: received)
        case .failed(let error):
            self.waiter = nil
            waiter.resume(throwing: error)
        }
    }
}
