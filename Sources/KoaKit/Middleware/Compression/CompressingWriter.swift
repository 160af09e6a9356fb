import NIOCore

/// Compresses what passes through it, each write to its end.
final class CompressingWriter: BodyWriter {
    private let writer: any BodyWriter
    private let deflater: Deflater

    /// Creates a writer in front of `writer`.
    init(_ writer: any BodyWriter, _ coding: ContentCoding, level: Int) throws(HTTPError) {
        self.writer = writer
        deflater = try Deflater(coding, level: level)
    }

    func write(_ buffer: ByteBuffer) async throws {
        // A write of nothing sends the head, and nothing else.
        try await writer.write(buffer.readableBytes == 0 ? buffer : deflater.deflate(buffer, .sync))
    }

    /// Writes the end of the format.
    func finish() async throws {
        try await writer.write(deflater.deflate(ByteBuffer(), .finish))
    }
}
