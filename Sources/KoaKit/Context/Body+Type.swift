import FoundationEssentials
import NIOCore

/// What a body says of its type and its length, and its content as bytes.
extension Body {
    /// The `Content-Type` of a body that none was set for; nil when there is no content to have one.
    var impliedType: String? {
        switch self {
        case .unset, .empty: return nil
        case .text(let text):
            let isMarkup = text.utf8.first { $0 > 0x20 } == UInt8(ascii: "<")
            return isMarkup ? "text/html; charset=utf-8" : "text/plain; charset=utf-8"
        case .bytes, .stream: return "application/octet-stream"
        case .json, .encodable: return "application/json; charset=utf-8"
        }
    }

    /// The `Content-Type` of the reply: the one that was set, with JSON only if it says JSON, else the implied one.
    func type(over set: String?) -> String? {
        switch self {
        case .unset, .empty: nil
        case .text, .bytes, .stream: set ?? impliedType
        case .json, .encodable: set.flatMap { $0.contains("json") ? $0 : nil } ?? impliedType
        }
    }

    /// Its length in bytes; nil when there is none or it is not known before it is sent.
    var length: Int? {
        switch self {
        case .unset, .empty: return nil
        case .text(let text): return text.utf8.count
        case .bytes(let bytes): return bytes.readableBytes
        case .stream(let stream): return stream.contentLength
        case .json, .encodable:
            var bytes: [UInt8] = []
            return (try? write(to: &bytes)).map { bytes.count }
        }
    }

    /// Appends what text and JSON are as bytes; the others have none, or have them already.
    ///
    /// - Throws: What an `Encodable` body's own encoding throws.
    func write(to bytes: inout [UInt8]) throws {
        switch self {
        case .text(let text): bytes.append(contentsOf: text.utf8)
        case .json(let value): value.write(to: &bytes)
        case .encodable(let value): bytes.append(contentsOf: try JSONEncoder().encode(value))
        case .unset, .empty, .bytes, .stream: break
        }
    }
}
