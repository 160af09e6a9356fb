public import NIOCore

extension String: RedisDecodable {
    /// Reads text.
    ///
    /// - Parameter value: The reply, or an element of one.
    /// - Throws: ``RedisDecodingError``, also for bytes that are not UTF-8.
    public init(_ value: RedisValue) throws(RedisDecodingError) {
        switch value {
        case .simpleString(let text): self = text
        case .bulk(let bytes):
            guard let text = String(validating: bytes.readableBytesView, as: UTF8.self) else { fallthrough }
            self = text
        default: throw RedisDecodingError(value, expected: "String")
        }
    }
}

extension ByteBuffer: RedisDecodable {
    /// Takes the bytes; those of one reply share memory.
    ///
    /// - Parameter value: The reply, or an element of one.
    /// - Throws: ``RedisDecodingError``.
    public init(_ value: RedisValue) throws(RedisDecodingError) {
        switch value {
        case .bulk(let bytes): self = bytes
        case .simpleString(let text): self = ByteBuffer(string: text)
        default: throw RedisDecodingError(value, expected: "ByteBuffer")
        }
    }
}
