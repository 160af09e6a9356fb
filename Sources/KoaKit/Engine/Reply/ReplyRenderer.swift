import NIOCore

/// Turns a ``Response`` into a ``Reply``: the one place that knows what a body means for type, length and content.
///
/// JSON and text are written into memory that the next reply of the loop uses again.
struct ReplyRenderer {
    /// Whether the version of HTTP has reason phrases; without, a bare status says its number.
    private let hasReasonPhrases: Bool
    private let memory: ReplyMemory

    init(_ memory: ReplyMemory, hasReasonPhrases: Bool = true) {
        self.memory = memory
        self.hasReasonPhrases = hasReasonPhrases
    }

    /// Renders a response.
    ///
    /// - Parameters:
    ///   - response: As the middleware left it.
    ///   - isHead: Whether it answers HEAD: the fields of GET, and no content.
    /// - Returns: What is sent.
    /// - Throws: What an `Encodable` body's own encoding throws.
    mutating func render(_ response: Response, isHead: Bool) throws -> Reply {
        let status = response.status
        guard Self.allowsContent(status) else {
            // RFC 9110, section 8.6: no Content-Length with 1xx and 204; a 205 needs its zero to be delimited.
            return Reply(response, status: status, content: .none, length: status == 205 ? 0 : nil, type: nil)
        }
        let (body, fields) = (response.body, response.fields)
        let type = body.type(over: fields.setType)
        let content = try render(body, of: response)
        let length: Int?
        switch content {
        case .none: length = 0
        // Koa's rule: who sets Transfer-Encoding wants no Content-Length.
        case .array(let bytes): length = fields.isChunked ? nil : bytes.count
        case .bytes(let bytes): length = fields.isChunked ? nil : bytes.readableBytes
        case .stream(let stream): length = stream.contentLength ?? fields.setLength
        case .later: length = fields.setLength
        }
        return Reply(response, status: status, content: isHead ? .none : content, length: length, type: type)
    }

    /// The head of a response whose body is still to be made.
    static func head(of response: Response, isHead: Bool) -> Reply {
        let status = response.status
        guard allowsContent(status) else {
            return Reply(response, status: status, content: .none, length: status == 205 ? 0 : nil, type: nil)
        }
        let set = response.fields.setType
        let type = if case .unset = response.body { set } else { response.body.type(over: set) }
        return Reply(
            response, status: status, content: isHead ? .none : .later, length: response.fields.setLength, type: type)
    }

    /// What follows a head that has left.
    enum LateContent {
        case stream(ResponseStream)
        case bytes(ByteBuffer)
    }

    /// The content of a response whose head has left: what the head announced, and no more than it allows.
    ///
    /// - Throws: ``ContentLengthMismatch`` when it is longer or shorter; what an `Encodable` body's encoding throws.
    mutating func content(of response: Response, behind head: Reply) throws -> LateContent {
        let bytes: ByteBuffer
        switch try render(response, isHead: !head.hasContent).content {
        case .stream(let stream): return .stream(stream)
        case .array(let rendered): bytes = ByteBuffer(bytes: rendered)
        case .bytes(let rendered): bytes = rendered
        case .none, .later: bytes = ByteBuffer()
        }
        if head.hasContent {
            var length = LengthCount(expected: head.length)
            try length.add(bytes.readableBytes)
            try length.end()
        }
        return .bytes(bytes)
    }

    /// Whether a reply with this status has content (RFC 9110, section 6.4.1).
    static func allowsContent(_ status: Int) -> Bool {
        status >= 200 && status != 204 && status != 205 && status != 304
    }

    private mutating func render(_ body: Body, of response: Response) throws -> Reply.Content {
        var content: [UInt8]
        switch body {
        case .empty: return .none
        case .bytes(let bytes): return .bytes(bytes)
        case .stream(let stream): return .stream(stream)
        case .unset:
            content = memory.takeContent()
            content.append(contentsOf: hasReasonPhrases ? response.message.utf8 : String(response.status).utf8)
        case .text, .json, .encodable:
            content = memory.takeContent()
            try body.write(to: &content)
        }
        memory.giveBack(content: content)
        return .array(content)
    }
}

extension [ResponseField] {
    /// `Content-Type` as it was set.
    fileprivate var setType: String? { first { $0.isNamed("content-type") }?.value }

    /// `Content-Length` as it was set, which holds for a stream only.
    fileprivate var setLength: Int? {
        first { $0.isNamed("content-length") }.flatMap { Int($0.value) }.flatMap { $0 >= 0 ? $0 : nil }
    }

    fileprivate var isChunked: Bool { contains { $0.isNamed("transfer-encoding") } }
}
