public import NIOCore

/// Where the producer of a ``ResponseStream`` writes.
///
/// A middleware that changes the bytes on their way, as a compression does, passes a writer of its own to
/// ``ResponseStream/write(to:)``.
public protocol BodyWriter {
    /// Sends bytes and waits until there is room for more.
    ///
    /// The first write sends the head of the reply too; one of no bytes sends the head alone.
    ///
    /// - Parameter buffer: The next bytes of the content.
    /// - Throws: `CancellationError` when the client is gone or has stopped to read; ``ContentLengthMismatch`` when the
    ///   bytes are more than were announced.
    func write(_ buffer: ByteBuffer) async throws
}

/// A stream that wrote more or fewer bytes than its ``ResponseStream/contentLength``.
public struct ContentLengthMismatch: Error, Equatable {
    /// What was announced, in bytes.
    public let expected: Int
    /// What was written, in bytes, up to the write that was one too many.
    public let written: Int
}
