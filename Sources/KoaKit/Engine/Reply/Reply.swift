import NIOCore

/// What a response comes to by Koa's rules: status, header fields and content, before a connection frames them.
///
/// Made by ``ReplyRenderer``; HTTP/1.1, HTTP/2 and the in-process transport write it, each in its own way.
struct Reply {
    enum Content {
        /// The status allows none, or the request was HEAD.
        case none
        /// Rendered in the renderer's own memory; gone before it renders the next.
        case array([UInt8])
        case bytes(ByteBuffer)
        case stream(ResponseStream)
        /// It follows when the middleware have finished: this is the head alone.
        case later
    }

    let status: Int
    /// The reason phrase that was chosen; nil for that of the status.
    let message: String?
    let content: Content
    /// The value of `Content-Length`; nil when the reply has none, because the status forbids it or nobody knows it.
    let length: Int?
    /// `Content-Type`; nil when the reply has none.
    let type: String?
    private let fields: [ResponseField]

    init(_ response: Response, status: Int, content: Content, length: Int?, type: String?) {
        self.status = status
        message = response.chosenMessage
        self.content = content
        self.length = length
        self.type = type
        fields = response.fields
    }

    /// Whether content follows the head.
    var hasContent: Bool {
        if case .none = content { false } else { true }
    }

    /// At least the bytes that ``forEachField(_:)``'s lines take in HTTP/1.1.
    var fieldsSizeBound: Int {
        let line = ": \r\n".utf8.count
        var bound = "Content-Type: Content-Length: ".utf8.count + (type?.utf8.count ?? 0) + 24
        for field in fields { bound += field.name.utf8.count + field.value.utf8.count + line }
        return bound
    }

    /// Calls `body` with each header field in the order in which they are sent: all but those of the connection, which
    /// are `Date`, `Connection` and `Transfer-Encoding`.
    func forEachField(_ body: (_ name: String, _ value: String) -> Void) {
        for field in fields where Self.isHandlers(field.name) { body(field.name, Self.sanitized(field.value)) }
        if let type { body("Content-Type", Self.sanitized(type)) }
        if let length { body("Content-Length", String(length)) }
    }

    /// Whether a field that was set is sent as it is: not if it describes the framing, or the content, which it may not
    /// suit any more.
    private static func isHandlers(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: !name.isField("date")
        case 10: !name.isField("connection")
        case 12: !name.isField("content-type")
        case 14: !name.isField("content-length")
        case 17: !name.isField("transfer-encoding")
        default: true
        }
    }

    /// A value that holds a line end would add fields, or a reply, of its own.
    private static func sanitized(_ value: String) -> String {
        guard !value.hasOnlyBytes(isAllowed) else { return value }
        return String(decoding: value.utf8.map { isAllowed($0) ? $0 : 0x20 }, as: UTF8.self)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F }
}
