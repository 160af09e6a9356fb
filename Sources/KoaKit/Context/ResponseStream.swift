public import NIOCore

/// A body that is sent while it is made: the content of ``Body/stream(_:)``.
///
/// ```swift
/// ctx.body = .stream(ResponseStream { writer in
///     for try await row in rows { try await writer.write(ByteBuffer(string: row.text + "\n")) }
/// })
/// ```
///
/// The producer runs once the middleware have finished, in the request's own task, and never for HEAD. Each write
/// waits until the client has room, so a slow reader costs no memory. When the client goes away, the task is cancelled
/// and writes throw `CancellationError`. What the producer needs it opens and closes itself: one that is never run, as
/// when another body takes its place, opened nothing.
///
/// An error before the first byte becomes an error reply; after it, the connection is cut, so that the client does not
/// take a part for the whole, and the application's error observers hear of it.
public struct ResponseStream: Sendable {
    private final class Producer: Sendable {
        let run: @Sendable (any BodyWriter) async throws -> Void

        init(_ run: @escaping @Sendable (any BodyWriter) async throws -> Void) { self.run = run }
    }

    private let producer: Producer
    /// The number of bytes, sent as `Content-Length`; nil when nobody knows it.
    ///
    /// A producer that writes more or fewer has its connection cut.
    public let contentLength: Int?

    /// Creates a stream from what writes it.
    ///
    /// - Parameters:
    ///   - contentLength: In bytes, not negative. Default: unknown.
    ///   - produce: Writes all of it; the content ends when it returns.
    public init(
        contentLength: Int? = nil,
        _ produce: @escaping @Sendable (_ writer: any BodyWriter) async throws -> Void
    ) {
        precondition(contentLength ?? 0 >= 0, "a content length is not negative")
        self.contentLength = contentLength
        producer = Producer(produce)
    }

    /// Creates a stream from a sequence of buffers.
    ///
    /// - Parameters:
    ///   - buffers: Iterated once, and let go when the stream ends, fails or is never sent.
    ///   - contentLength: In bytes, not negative. Default: unknown.
    public init<Buffers: AsyncSequence & Sendable>(_ buffers: Buffers, contentLength: Int? = nil)
    where Buffers.Element == ByteBuffer {
        self.init(contentLength: contentLength) { writer in
            for try await buffer in buffers { try await writer.write(buffer) }
        }
    }

    /// Runs the producer: for a stream that wraps another, as a compression does.
    ///
    /// - Parameter writer: Gets the bytes.
    /// - Throws: What the producer and the writer throw.
    public func write(to writer: any BodyWriter) async throws {
        try await producer.run(writer)
    }

    /// Whether this is the same stream, not one that is made of it.
    func isIdentical(to other: ResponseStream) -> Bool { producer === other.producer }
}
