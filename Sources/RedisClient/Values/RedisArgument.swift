public import NIOCore

/// One word of a command: its name, a key, or a value.
///
/// Integers are sent as their decimal digits, strings as UTF-8, buffers as they are.
public enum RedisArgument: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// Text, sent as UTF-8.
    case string(String)
    /// The readable bytes of a buffer.
    case bytes(ByteBuffer)
    /// A number, sent as decimal digits.
    case integer(Int)

    /// Makes text of a literal.
    public init(stringLiteral value: String) {
        self = .string(value)
    }

    /// Makes a number of a literal.
    public init(integerLiteral value: Int) {
        self = .integer(value)
    }

    var byteCount: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .bytes(let bytes): bytes.readableBytes
        case .integer: 20
        }
    }

    /// Writes the argument as a bulk string.
    func write(to buffer: inout ByteBuffer) {
        switch self {
        case .string(var text): text.withUTF8 { buffer.writeBulkString(UnsafeRawBufferPointer($0)) }
        case .bytes(let bytes): bytes.withUnsafeReadableBytes { buffer.writeBulkString($0) }
        case .integer(let number): buffer.writeBulkString(of: number)
        }
    }
}

extension RedisArgument: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The kind and size of the argument, never what it holds: arguments are keys, tokens and passwords.
    public var description: String { "RedisArgument(\(byteCount) bytes)" }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// A mirror without children, so that dumping an argument shows no secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
