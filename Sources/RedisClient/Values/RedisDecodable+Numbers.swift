import NIOCore

extension RedisDecodable where Self: FixedWidthInteger {
    /// Reads a number, or text that is one.
    ///
    /// - Parameter value: The reply, or an element of one.
    /// - Throws: ``RedisDecodingError``, also for a number that does not fit.
    public init(_ value: RedisValue) throws(RedisDecodingError) {
        switch value {
        case .integer(let number):
            guard let number = Self(exactly: number) else { break }
            self = number
            return
        case .bulk(let bytes):
            guard let number = Self(String(buffer: bytes)) else { break }
            self = number
            return
        default: break
        }
        throw RedisDecodingError(value, expected: "\(Self.self)")
    }
}

extension Int: RedisDecodable {}
extension Int64: RedisDecodable {}
extension UInt64: RedisDecodable {}

extension Double: RedisDecodable {
    /// Reads a number, or text that is one; `inf` and `-inf` are, as Redis writes them.
    ///
    /// - Parameter value: The reply, or an element of one.
    /// - Throws: ``RedisDecodingError``.
    public init(_ value: RedisValue) throws(RedisDecodingError) {
        switch value {
        case .integer(let number): self = Double(number)
        case .bulk(let bytes):
            guard let number = Double(String(buffer: bytes)) else { fallthrough }
            self = number
        default: throw RedisDecodingError(value, expected: "Double")
        }
    }
}

extension Bool: RedisDecodable {
    /// Reads the number 0 or 1.
    ///
    /// - Parameter value: The reply, or an element of one.
    /// - Throws: ``RedisDecodingError``.
    public init(_ value: RedisValue) throws(RedisDecodingError) {
        switch value {
        case .integer(0): self = false
        case .integer(1): self = true
        default: throw RedisDecodingError(value, expected: "Bool")
        }
    }
}
