import FoundationEssentials
import NIOCore

extension Body {
    /// The `Content-Type` of a body that none was set for; nil when there is no content to have one.
    var impliedType: StaticString? {
        switch self {
        case .unset, .empty: return nil
        case .text(let text):
            let isMarkup = text.utf8.first { $0 > 0x20 } == UInt8(ascii: "<")
            return isMarkup ? "text/html; charset=utf-8" : "text/plain; charset=utf-8"
        case .bytes, .stream: return "application/octet-stream"
        case .json, .encodable: return "application/json; charset=utf-8"
        }
    }

    /// Whether a type that was set stands: for JSON only one that says JSON does.
    func keeps(type: String) -> Bool {
        switch self {
        case .unset, .empty: false
        case .text, .bytes, .stream: true
        case .json, .encodable: type.contains("json")
        }
    }

    /// Its length in bytes; nil when there is none or it is not known before it is sent.
    var length: Int? {
        switch self {
        case .unset, .empty: return nil
        case .text(let text): return text.utf8.count
        case .bytes(let bytes): return bytes.readableBytes
        case .stream(let stream): return stream.contentLength
        case .json(let value):
            var bytes: [UInt8] = []
            value.write(to: &bytes)
            return bytes.count
        case .encodable(let value): return try? JSONEncoder().encode(value).count
        }
    }
}
