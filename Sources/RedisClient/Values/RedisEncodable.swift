public import NIOCore

/// A type that can be an argument of a command.
public protocol RedisEncodable: Sendable {
    /// The argument that stands for the value.
    var redisArgument: RedisArgument { get }
}

extension RedisArgument: RedisEncodable {
    /// The argument itself.
    public var redisArgument: RedisArgument { self }
}

extension String: RedisEncodable {
    /// The text in UTF-8.
    public var redisArgument: RedisArgument { .string(self) }
}

extension ByteBuffer: RedisEncodable {
    /// The readable bytes.
    public var redisArgument: RedisArgument { .bytes(self) }
}

extension Int: RedisEncodable {
    /// Decimal digits.
    public var redisArgument: RedisArgument { .integer(self) }
}

extension Double: RedisEncodable {
    /// The shortest decimal that is read back as the same number; `inf` and `-inf` are what Redis calls them.
    public var redisArgument: RedisArgument { .string(description) }
}
