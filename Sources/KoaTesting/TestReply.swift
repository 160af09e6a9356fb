import FoundationEssentials
public import KoaKit
import NIOCore
public import NIOHTTP1

/// A reply as a client sees it.
public struct TestReply: Sendable {
    /// The status, such as 200.
    public let status: Int
    /// The reason phrase of the status line; may be empty.
    public let reasonPhrase: String
    /// The header fields, in the order in which they came.
    public let headers: HTTPHeaders
    /// The content, without the framing of the connection.
    public let content: [UInt8]

    /// The content as text; bytes that are not UTF-8 show as U+FFFD.
    public var text: String { String(decoding: content, as: UTF8.self) }

    /// The value of a header field, nil when it is absent; several lines are joined by a comma.
    public subscript(field: String) -> String? {
        let values = headers[field]
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// The content as JSON.
    ///
    /// - Throws: `HTTPError` when it is not JSON by KoaKit's strict parser.
    public func json() throws -> JSONValue {
        try JSONValue(parsing: ByteBuffer(bytes: content))
    }

    /// The content as a `Decodable`.
    ///
    /// - Parameter type: What to decode.
    /// - Returns: The decoded value.
    /// - Throws: `DecodingError` when it is not JSON of this type.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(content))
    }
}
