import NIOCore

/// The body of one request on its way from the connection to the handler.
// SAFETY: everything here is touched on `loop` only; the connection's side asserts it and the readers hop there first.
// The compiler cannot see that a request's task runs on its connection's loop. Can go when a class can be isolated to
// an event loop.
final class RequestBodyStream: @unchecked Sendable {
    private enum Phase {
        case receiving
        case complete
        case failed(any Error)
    }

    /// Who reads it.
    private enum Reader {
        /// Nobody yet.
        case none
        /// Somebody wants all of it, up to a limit; it is kept, and may be asked for again.
        case collector(limit: Int)
        /// Somebody takes it in pieces.
        case iterator
    }

    /// How much is held for a handler that did not ask yet, or is behind.
    private static let window = 65_536

    private let loop: any EventLoop
    private var phase = Phase.receiving
    private var reader = Reader.none
    private var received = ByteBuffer()
    private var waiter: CheckedContinuation<ByteBuffer?, any Error>?
    private var isDiscarded = false
    /// Called when a handler waits for bytes: the client may be told to send them, reading may go on.
    var onDemand: (() -> Void)?

    init(loop: any EventLoop) {
        self.loop = loop
    }

    // MARK: The connection's side

    /// Whether the connection should go on reading for this body.
    var hasRoom: Bool {
        if isDiscarded { return true }
        if case .collector(let limit) = reader { return received.readableBytes <= limit }
        return received.readableBytes < Self.window
    }

    /// Whether a handler asked for the body.
    var wasAsked: Bool {
        if case .none = reader { false } else { true }
    }

    /// Whether a handler waits for bytes now.
    var isAwaited: Bool { waiter != nil }

    func receive(_ chunk: inout ByteBuffer) {
        loop.assertInEventLoop()
        guard !isDiscarded, case .receiving = phase else { return }
        if received.readableBytes == 0 { received = chunk } else { received.writeBuffer(&chunk) }
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
        // A reader that is left, in a task of the handler's own, does not wait for what is thrown away.
        fail(CancellationError())
    }

    // MARK: The handler's side

    /// All of the body.
    func collect(upTo limit: Int) async throws -> ByteBuffer {
        try await wait(as: .collector(limit: limit)) ?? ByteBuffer()
    }

    /// The next bytes; nil at the end.
    func next() async throws -> ByteBuffer? {
        try await wait(as: .iterator)
    }

    private func wait(as reader: Reader) async throws -> ByteBuffer? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if loop.inEventLoop {
                    wait(continuation, as: reader)
                } else {
                    loop.execute { self.wait(continuation, as: reader) }
                }
            }
        } onCancel: {
            loop.execute { self.fail(CancellationError()) }
        }
    }

    private func wait(_ continuation: CheckedContinuation<ByteBuffer?, any Error>, as reader: Reader) {
        guard waiter == nil else {
            return continuation.resume(throwing: HTTPError(500, "the body is being read twice at once"))
        }
        if case .iterator = self.reader, case .collector = reader {
            return continuation.resume(throwing: HTTPError.bodyTaken)
        }
        waiter = continuation
        self.reader = reader
        resumeWaiter()
        if case .receiving = phase, !isDiscarded, waiter != nil || hasRoom { onDemand?() }
    }

    private func resumeWaiter() {
        guard waiter != nil else { return }
        switch reader {
        case .none: break
        case .collector(let limit):
            if received.readableBytes > limit { return resume(.failure(HTTPError.contentTooLarge(limit: limit))) }
        case .iterator:
            if received.readableBytes > 0 {
                defer { received = ByteBuffer() }
                return resume(.success(received))
            }
        }
        switch phase {
        case .receiving: break
        case .complete:
            if case .collector = reader { resume(.success(received)) } else { resume(.success(nil)) }
        case .failed(let error): resume(.failure(error))
        }
    }

    private func resume(_ result: Result<ByteBuffer?, any Error>) {
        waiter.take()?.resume(with: result)
    }
}
