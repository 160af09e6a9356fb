import NIOCore

extension RedisValue {
    /// The text of a bulk or simple string; `nil` for anything else.
    var text: String? {
        switch self {
        case .bulk(let bytes): String(buffer: bytes)
        case .simpleString(let text): text
        case .null, .integer, .error, .array: nil
        }
    }
}
