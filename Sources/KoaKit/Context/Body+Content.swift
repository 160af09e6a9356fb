import FoundationEssentials
import NIOCore

/// What a body says of its type, and its content as bytes.
extension Body {
    /// The type of the reply, by Koa's rule: one that was set stays; with JSON only if it says JSON; with no body never.
    func type(over set: String?) -> String? {
        switch self {
        case .unset: "text/plain; charset=utf-8"
        case .empty: nil
        case .text(let text): set ?? Self.type(of: text)
        case .bytes, .stream: set ?? "application/octet-stream"
        case .json, .encodable: set.flatMap { $0.contains("json") ? $0 : nil } ?? "application/json; charset=utf-8"
        }
    }

    private static func type(of text: String) -> String {
        let isMarkup = text.utf8.first { $0 > 0x20 } == UInt8(ascii: "<")
        return isMarkup ? "text/html; charset=utf-8" : "text/plain; charset=utf-8"
    }

    /// Appends what text and JSON are as bytes; the others have none, or have them already.
    ///
    /// - Throws: What an `Encodable` body's own encoding throws.
    func write(to bytes: inout [UInt8]) throws {
        switch self {
        case .text(let text): bytes.append(contentsOf: text.utf8)
        case .json(let value): value.write(to: &bytes)
        case .encodable(let value): bytes.append(contentsOf: try Self.encoder().encode(value))
        case .unset, .empty, .bytes, .stream: break
        }
    }

    /// Sorted, since the encoder's own order differs from reply to reply, and with it every entity tag.
    private static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

extension Response {
    /// Renders text and JSON to bytes now, for middleware that needs the bytes: an entity tag, a compression.
    ///
    /// Afterwards the body is ``Body/bytes(_:)`` and `Content-Type` is set. Other bodies stay as they are.
    ///
    /// - Throws: What an `Encodable` body's own encoding throws; nothing has changed then.
    public func renderBody() throws {
        switch body {
        case .unset, .empty, .bytes, .stream: return
        case .text, .json, .encodable: break
        }
        var bytes: [UInt8] = []
        try body.write(to: &bytes)
        let set = fields.first { $0.isNamed("content-type") }
        if let type = body.type(over: set?.value), type != set?.value { self.set("Content-Type", type) }
        body = .bytes(ByteBuffer(bytes: bytes))
    }
}
