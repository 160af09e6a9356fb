package import NIOCore

extension JSONValue {
    /// Appends this value as JSON text.
    package func write(to buffer: inout ByteBuffer) {
        switch self {
        case .null: buffer.writeStaticString("null")
        case .bool(let value): buffer.writeStaticString(value ? "true" : "false")
        case .integer(let number): buffer.writeString(String(number))
        case .double(let number):
            // JSON has no infinity and no NaN; JavaScript writes null for them.
            buffer.writeString(number.isFinite ? "\(number)" : "null")
        case .string(let text): Self.write(text, to: &buffer)
        case .array(let elements):
            buffer.writeInteger(UInt8(ascii: "["))
            for index in elements.indices {
                if index > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
                elements[index].write(to: &buffer)
            }
            buffer.writeInteger(UInt8(ascii: "]"))
        case .object(let members):
            buffer.writeInteger(UInt8(ascii: "{"))
            for index in members.indices {
                if index > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
                Self.write(members[index].name, to: &buffer)
                buffer.writeInteger(UInt8(ascii: ":"))
                members[index].value.write(to: &buffer)
            }
            buffer.writeInteger(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt8(ascii: "\""))
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            buffer.writeString(text)
        } else {
            for byte in text.utf8 { writeEscaped(byte, to: &buffer) }
        }
        buffer.writeInteger(UInt8(ascii: "\""))
    }

    private static func writeEscaped(_ byte: UInt8, to buffer: inout ByteBuffer) {
        switch byte {
        case UInt8(ascii: "\""): buffer.writeStaticString("\\\"")
        case UInt8(ascii: "\\"): buffer.writeStaticString("\\\\")
        case UInt8(ascii: "\n"): buffer.writeStaticString("\\n")
        case UInt8(ascii: "\r"): buffer.writeStaticString("\\r")
        case UInt8(ascii: "\t"): buffer.writeStaticString("\\t")
        case 0..<0x20:
            let digits = String(byte, radix: 16)
            buffer.writeString("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
        default: buffer.writeInteger(byte)
        }
    }
}
