public import NIOCore

/// The body of a request as it arrives: a sequence of buffers, for one reader.
///
/// ```swift
/// for try await buffer in ctx.request.body { try await file.write(buffer) }
/// ```
///
/// The connection reads no further than 64 KiB ahead of the loop, so an upload larger than memory passes through. There
/// is no limit on the whole but the reader's own, and ``HTTPLimits/body`` on its time. Iterating a second time goes on
/// where the first one stopped.
public struct RequestBody: AsyncSequence, Sendable {
    let content: RequestContent

    /// Starts to read, or goes on.
    ///
    /// A client that sent `Expect: 100-continue` is told to go on by the first ``AsyncIterator/next()``.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(content: content) }

    /// Reads the body piece by piece.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let content: RequestContent

        /// The next bytes, at least one; nil at the end.
        ///
        /// - Throws: ``HTTPError`` 408 when they did not arrive in time, 400 when the body broke off or is malformed,
        ///   ``HTTPError/Reason/clientClosed`` when the client is gone; `CancellationError`.
        public mutating func next() async throws -> ByteBuffer? {
            try await content.next()
        }
    }
}

extension Request {
    /// The body as it arrives, for one reader.
    ///
    /// ``bytes(upTo:)`` and what is built on it read it whole; once some of it was taken here, they throw a 500.
    public var body: RequestBody { RequestBody(content: content) }
}
