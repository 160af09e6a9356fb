import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Turns a response into bytes: status line, header fields and content in one buffer, for one write.
///
/// One buffer in place of NIO's response encoder is worth 25 to 30 % (design.md, section 3). The head and the content
/// are put together in arrays, whose appends cost a fraction of a `ByteBuffer`'s writes. One writer per connection.
struct ReplyWriter {
    private let date: DateField
    private var head: [UInt8] = []
    /// Where content is rendered before its length is known.
    private var content: [UInt8] = []

    init(date: DateField) {
        self.date = date
    }

    /// What the connection decided about this reply.
    struct Framing {
        /// Whether the reply answers HEAD: the fields of GET, and no content.
        var isHead: Bool
        /// Whether the connection stays open afterwards.
        var keepsAlive: Bool
        /// Whether the client is HTTP/1.0, which must be told that the connection stays open.
        var isHTTP10: Bool
    }

    /// Appends the reply to `buffer`.
    ///
    /// - Throws: What an `Encodable` body's own encoding throws; nothing was appended then.
    mutating func write(_ response: Response, _ framing: Framing, to buffer: inout ByteBuffer) throws {
        let status = response.status
        head.removeAll(keepingCapacity: true)
        content.removeAll(keepingCapacity: true)
        defer { if content.capacity > Self.keptCapacity { content = [] } }
        let implied = try renderContent(of: response, status: status)
        let isBodyless = status < 200 || status == 204 || status == 205 || status == 304

        StatusLine.append(status, response.chosenMessage, to: &head)
        var hasContentType = false
        for field in response.fields {
            switch Self.treatment(of: field.name) {
            case .engine: continue
            case .contentType:
                guard !isBodyless, implied.keeps(field.value) else { continue }
                hasContentType = true
            case .plain: break
            }
            append(field)
        }
        if !hasContentType, !isBodyless, let type = implied.type {
            head.append("Content-Type: ")
            head.append(type)
            head.append("\r\n")
        }
        // RFC 9110, section 8.6: no Content-Length with 1xx and 204; a 205 needs its zero to be delimited.
        if status == 205 {
            head.append("Content-Length: 0\r\n")
        } else if !isBodyless {
            head.append("Content-Length: ")
            head.append(contentsOf: String(content.count + (implied.bytes?.readableBytes ?? 0)).utf8)
            head.append("\r\n")
        }
        if !framing.keepsAlive {
            head.append("Connection: close\r\n")
        } else if framing.isHTTP10 {
            head.append("Connection: keep-alive\r\n")
        }
        head.append("Date: ")
        head.append(contentsOf: date.value.utf8)
        head.append("\r\n\r\n")
        if !isBodyless, !framing.isHead { head.append(contentsOf: content) }
        buffer.writeBytes(head)
        if !isBodyless, !framing.isHead, let bytes = implied.bytes { buffer.writeImmutableBuffer(bytes) }
    }

    /// Memory that a connection keeps for its next reply.
    private static let keptCapacity = 65_536

    /// What a body says of its type, and its content where that is bytes already.
    private struct Rendering {
        enum Precedence {
            case setTypeStays, setJSONTypeStays, setTypeGoes
        }

        var type: StaticString?
        var precedence: Precedence
        var bytes: ByteBuffer?

        /// Koa's rule: a set type stays; for JSON only a type that says JSON does; for a bare status none does.
        func keeps(_ set: String) -> Bool {
            switch precedence {
            case .setTypeStays: true
            case .setJSONTypeStays: set.contains("json")
            case .setTypeGoes: false
            }
        }
    }

    private mutating func renderContent(of response: Response, status: Int) throws -> Rendering {
        switch response.body {
        case .unset:
            content.append(contentsOf: response.message.utf8)
            return Rendering(type: "text/plain; charset=utf-8", precedence: .setTypeGoes)
        case .empty:
            return Rendering(type: nil, precedence: .setTypeGoes)
        case .text(let text):
            content.append(contentsOf: text.utf8)
            let isMarkup = text.utf8.first { $0 > 0x20 } == UInt8(ascii: "<")
            let type: StaticString = isMarkup ? "text/html; charset=utf-8" : "text/plain; charset=utf-8"
            return Rendering(type: type, precedence: .setTypeStays)
        case .bytes(let bytes):
            return Rendering(type: "application/octet-stream", precedence: .setTypeStays, bytes: bytes)
        case .json(let value):
            value.write(to: &content)
            return Rendering(type: "application/json; charset=utf-8", precedence: .setJSONTypeStays)
        case .encodable(let value):
            content.append(contentsOf: try JSONEncoder().encode(value))
            return Rendering(type: "application/json; charset=utf-8", precedence: .setJSONTypeStays)
        }
    }

    private enum Treatment {
        case plain, contentType, engine
    }

    private static func treatment(of name: String) -> Treatment {
        switch name.utf8.count {
        case 4: name.lowercased() == "date" ? .engine : .plain
        case 10: name.lowercased() == "connection" ? .engine : .plain
        case 12: name.lowercased() == "content-type" ? .contentType : .plain
        case 14: name.lowercased() == "content-length" ? .engine : .plain
        case 17: name.lowercased() == "transfer-encoding" ? .engine : .plain
        default: .plain
        }
    }

    private mutating func append(_ field: ResponseField) {
        head.append(contentsOf: field.name.utf8)
        head.append(": ")
        var value = field.value
        value.withUTF8 { plain in
            if plain.allSatisfy(Self.isAllowed) {
                head.append(contentsOf: plain)
            } else {
                // A value that holds a line end would add fields, or a reply, of its own.
                head.append(contentsOf: plain.map { Self.isAllowed($0) ? $0 : 0x20 })
            }
        }
        head.append("\r\n")
    }

    private static func isAllowed(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F }
}
