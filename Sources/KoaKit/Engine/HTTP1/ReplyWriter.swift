import NIOCore

/// Writes a ``Reply`` as HTTP/1.1: status line, header fields and content in one buffer, for one write.
///
/// One buffer in place of NIO's response encoder is worth 25 to 30 % (design.md, section 3). The head is one write of it,
/// since each costs as much as the bytes of several fields. One writer per connection.
struct ReplyWriter {
    private let date: DateField

    init(_ memory: ReplyMemory) {
        date = memory.date
    }

    /// What the connection decided about this reply.
    struct Framing {
        /// How the client sees where the content ends.
        enum Content {
            /// By `Content-Length`, by the status, or by the method.
            case length
            case chunked
            /// By the end of the connection: an HTTP/1.0 client knows no chunks.
            case end
        }

        var content: Content
        /// Whether the connection stays open afterwards.
        var keepsAlive: Bool
        /// Whether the client is HTTP/1.0, which must be told that the connection stays open.
        var isHTTP10: Bool

        /// The connection does not stay if only its end delimits the reply.
        init(_ reply: Reply, keepsAlive: Bool, isHTTP10: Bool) {
            if reply.length == nil, reply.hasContent { content = isHTTP10 ? .end : .chunked } else { content = .length }
            self.keepsAlive = keepsAlive && content != .end
            self.isHTTP10 = isHTTP10
        }
    }

    /// Appends the head of a reply, and its content unless that is a stream.
    func write(_ reply: Reply, _ framing: Framing, to buffer: inout ByteBuffer) {
        switch reply.content {
        case .none, .stream, .later:
            writeHead(of: reply, framing, to: &buffer)
        case .array(let bytes) where framing.content == .chunked:
            writeHead(of: reply, framing, to: &buffer)
            writeChunked(ByteBuffer(bytes: bytes), to: &buffer)
        case .array(let bytes):
            writeHead(of: reply, framing, and: bytes, to: &buffer)
        case .bytes(let bytes) where framing.content == .chunked:
            writeHead(of: reply, framing, to: &buffer)
            writeChunked(bytes, to: &buffer)
        case .bytes(let bytes):
            writeHead(of: reply, framing, to: &buffer)
            buffer.writeImmutableBuffer(bytes)
        }
    }

    private func writeHead(
        of reply: Reply, _ framing: Framing, and content: [UInt8] = [], to buffer: inout ByteBuffer
    ) {
        let room = StatusLine.sizeBound(reply.message) + reply.fieldsSizeBound + Self.framingSizeBound + content.count
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { memory in
            var cursor = HeadCursor(memory)
            StatusLine.write(reply.status, reply.message, to: &cursor)
            reply.forEachField { cursor.writeField($0, $1) }
            if framing.content == .chunked { cursor.write("Transfer-Encoding: chunked\r\n") }
            if !framing.keepsAlive {
                cursor.write("Connection: close\r\n")
            } else if framing.isHTTP10 {
                cursor.write("Connection: keep-alive\r\n")
            }
            cursor.writeField("Date", date.value)
            cursor.write("\r\n")
            cursor.write(content)
            return cursor.count
        }
    }

    /// More than the fields take that this type writes: the longest are `Transfer-Encoding: chunked`,
    /// `Connection: keep-alive` and a date of 29 bytes.
    private static let framingSizeBound = 128

    /// For a handler that set `Transfer-Encoding`.
    private func writeChunked(_ content: ByteBuffer, to buffer: inout ByteBuffer) {
        ChunkedCoding.append(content, to: &buffer)
        ChunkedCoding.appendEnd(to: &buffer)
    }
}
