import NIOCore

/// Writes a ``Reply`` as HTTP/1.1: status line, header fields and content in one buffer, for one write.
///
/// One buffer in place of NIO's response encoder is worth 25 to 30 % (design.md, section 3). The head is put together in
/// an array, whose appends cost a fraction of a `ByteBuffer`'s writes. One writer per connection.
struct ReplyWriter {
    private let memory: ReplyMemory
    private var head: [UInt8] = []

    init(_ memory: ReplyMemory) {
        self.memory = memory
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
    mutating func write(_ reply: Reply, _ framing: Framing, to buffer: inout ByteBuffer) {
        head = memory.takeHead()
        writeHead(of: reply, framing)
        switch reply.content {
        case .none, .stream, .later:
            buffer.writeBytes(head)
        case .array(let bytes) where framing.content == .chunked:
            buffer.writeBytes(head)
            writeChunked(ByteBuffer(bytes: bytes), to: &buffer)
        case .array(let bytes):
            head.append(contentsOf: bytes)
            buffer.writeBytes(head)
        case .bytes(let bytes):
            buffer.writeBytes(head)
            if framing.content == .chunked {
                writeChunked(bytes, to: &buffer)
            } else {
                buffer.writeImmutableBuffer(bytes)
            }
        }
        memory.giveBack(head: head)
        head = []
    }

    private mutating func writeHead(of reply: Reply, _ framing: Framing) {
        StatusLine.append(reply.status, reply.message, to: &head)
        reply.forEachField { name, value in
            head.append(contentsOf: name.utf8)
            head.append(": ")
            head.append(contentsOf: value.utf8)
            head.append("\r\n")
        }
        if framing.content == .chunked { head.append("Transfer-Encoding: chunked\r\n") }
        if !framing.keepsAlive {
            head.append("Connection: close\r\n")
        } else if framing.isHTTP10 {
            head.append("Connection: keep-alive\r\n")
        }
        head.append("Date: ")
        head.append(contentsOf: memory.date.value.utf8)
        head.append("\r\n\r\n")
    }

    /// For a handler that set `Transfer-Encoding`.
    private func writeChunked(_ content: ByteBuffer, to buffer: inout ByteBuffer) {
        ChunkedCoding.append(content, to: &buffer)
        ChunkedCoding.appendEnd(to: &buffer)
    }
}
