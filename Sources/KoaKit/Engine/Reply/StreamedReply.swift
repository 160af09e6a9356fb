import NIOCore

/// Where a reply goes while the handler or its producer runs: a connection of HTTP/1.1, a stream of HTTP/2.
///
/// Belongs to an event loop.
protocol ReplySink: AnyObject {
    /// Sends the head of a reply whose body is still to be made; says whether somebody waits for it.
    func sendHead(_ head: Reply) -> Bool
    /// Whether the client has taken enough for more to be written.
    var hasRoom: Bool { get }
    /// Sends the next bytes of the content, and the head before the first.
    func send(_ content: ByteBuffer)
    /// The producer waits for room: the sink calls ``StreamedReply/roomCame()`` once there is, or fails the stream when
    /// the client takes nothing for too long.
    func producerWaits()
}

/// A streamed reply while its producer runs: holds it to its length, and holds it back while the client is behind.
// SAFETY: everything here is touched on `loop` only; `write` hops there first. The compiler cannot see that a request's
// task runs on its connection's loop. Can go when a class can be isolated to an event loop.
final class StreamedReply: BodyWriter, @unchecked Sendable {
    /// How much a producer writes before the loop's other connections have their turn.
    private static let turn = 524_288
    /// What the smallest write counts as.
    private static let writeCost = 512
    /// How long the others' turn is at least: a loop runs what is due before it looks at its sockets.
    private static let pause = TimeAmount.microseconds(50)

    private let stream: ResponseStream
    private let loop: any EventLoop
    private weak var sink: (any ReplySink)?
    private var length: LengthCount
    private var waiter: CheckedContinuation<Void, any Error>?
    private var failure: (any Error)?
    private var writtenThisTurn = 0

    init(_ stream: ResponseStream, length: Int?, loop: any EventLoop, sink: any ReplySink) {
        self.stream = stream
        self.length = LengthCount(expected: length)
        self.loop = loop
        self.sink = sink
    }

    // MARK: The request's task

    /// Runs the producer to its end, in the request's task.
    ///
    /// - Returns: What it failed with; nil when all was written.
    func run() async -> (any Error)? {
        do {
            try await stream.write(to: self)
            // A producer that caught the error of a write has failed all the same.
            if let failure { return failure }
            try length.end()
            return nil
        } catch {
            return failure ?? error
        }
    }

    func write(_ buffer: ByteBuffer) async throws {
        if loop.inEventLoop {
            if try accept(buffer) { return }
        } else {
            let hasRoom = try await withCheckedThrowingContinuation { continuation in
                loop.execute { continuation.resume(with: Result { try self.accept(buffer) }) }
            }
            if hasRoom { return }
        }
        try await room()
    }

    /// Passes bytes on; says whether the producer may go on at once.
    private func accept(_ buffer: ByteBuffer) throws -> Bool {
        if let failure { throw failure }
        guard let sink else { throw CancellationError() }
        do {
            try length.add(buffer.readableBytes)
        } catch {
            failure = error
            throw error
        }
        sink.send(buffer)
        writtenThisTurn += max(buffer.readableBytes, Self.writeCost)
        return sink.hasRoom && writtenThisTurn < Self.turn
    }

    private func room() async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if loop.inEventLoop {
                    wait(continuation)
                } else {
                    loop.execute { self.wait(continuation) }
                }
            }
        } onCancel: {
            loop.execute { self.fail(CancellationError()) }
        }
    }

    private func wait(_ continuation: CheckedContinuation<Void, any Error>) {
        if let failure { return continuation.resume(throwing: failure) }
        guard waiter == nil else {
            return continuation.resume(throwing: HTTPError(500, "two writes at once"))
        }
        waiter = continuation
        writtenThisTurn = 0
        if sink?.hasRoom == true {
            loop.scheduleTask(in: Self.pause) { self.roomCame() }
        } else {
            sink?.producerWaits()
        }
    }

    // MARK: The connection

    /// Whether the producer waits for the client.
    var isWaiting: Bool { waiter != nil }

    /// Lets the producer go on if there is room.
    func roomCame() {
        loop.assertInEventLoop()
        guard waiter != nil else { return }
        // What was still to be flushed in the others' turn, or others' writes, may have taken the room that there was.
        if let sink, !sink.hasRoom { return sink.producerWaits() }
        waiter.take()?.resume()
    }

    /// Ends the producer: its writes throw `error`.
    func fail(_ error: any Error) {
        loop.assertInEventLoop()
        if failure == nil { failure = error }
        waiter.take()?.resume(throwing: error)
    }
}
