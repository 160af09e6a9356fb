public import KoaKit
import NIOCore

/// The body of a test's request.
public enum TestBody: Sendable, ExpressibleByStringLiteral {
    /// None.
    case none
    /// Text as UTF-8, without a type.
    case text(String)
    /// Bytes, without a type.
    case bytes([UInt8])
    /// JSON; `Content-Type: application/json` unless the request sets another.
    case json(JSONValue)

    /// Creates a body of text.
    public init(stringLiteral value: String) {
        self = .text(value)
    }

    /// The bytes, nil when there is no body.
    var buffer: ByteBuffer? {
        switch self {
        case .none: return nil
        case .text(let text): return ByteBuffer(string: text)
        case .bytes(let bytes): return ByteBuffer(bytes: bytes)
        case .json(let value): return ByteBuffer(string: value.text)
        }
    }
}
