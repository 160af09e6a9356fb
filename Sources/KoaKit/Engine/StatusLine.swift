import NIOCore
import NIOHTTP1

/// The first line of a reply.
enum StatusLine {
    /// Appends `HTTP/1.1 <status> <reason phrase>` and the line end.
    static func write(_ status: Int, to buffer: inout ByteBuffer) {
        if status == 200 {
            buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
            return
        }
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(String(status))
        buffer.writeInteger(UInt8(ascii: " "))
        buffer.writeString(HTTPResponseStatus(statusCode: status).reasonPhrase)
        buffer.writeStaticString("\r\n")
    }

    /// What a status says of itself where nothing else does: its reason phrase, or its number if it has none.
    static func text(for status: Int) -> String {
        let phrase = HTTPResponseStatus(statusCode: status).reasonPhrase
        return phrase.isEmpty ? String(status) : phrase
    }
}
