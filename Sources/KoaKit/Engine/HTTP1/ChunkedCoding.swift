import NIOCore

/// The chunked transfer coding (RFC 9112, section 7.1).
enum ChunkedCoding {
    /// Appends content as one chunk; no content is no chunk, since an empty one would end the message.
    static func append(_ content: ByteBuffer, to buffer: inout ByteBuffer) {
        guard content.readableBytes > 0 else { return }
        appendSize(content.readableBytes, to: &buffer)
        buffer.writeImmutableBuffer(content)
        buffer.writeStaticString("\r\n")
    }

    /// Appends the line before a chunk of so many bytes.
    static func appendSize(_ count: Int, to buffer: inout ByteBuffer) {
        buffer.writeString(String(count, radix: 16))
        buffer.writeStaticString("\r\n")
    }

    /// Appends the end of the message.
    static func appendEnd(to buffer: inout ByteBuffer) {
        buffer.writeStaticString("0\r\n\r\n")
    }
}
