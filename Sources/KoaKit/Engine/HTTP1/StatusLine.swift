import NIOHTTP1

/// The first line of a reply.
enum StatusLine {
    /// At least the bytes that ``write(_:_:to:)`` takes: NIO's phrases have less than 40.
    static func sizeBound(_ message: String?) -> Int { 64 + (message?.utf8.count ?? 0) }

    /// Writes `HTTP/1.1 <status> <reason phrase>` and the line end.
    ///
    /// A message takes the place of the status's own phrase; its control characters become spaces.
    static func write(_ status: Int, _ message: String?, to head: inout HeadCursor) {
        if status == 200, message == nil { return head.write("HTTP/1.1 200 OK\r\n") }
        head.write("HTTP/1.1 ")
        head.write(String(status))
        head.write(" ")
        if let message {
            head.write(message.utf8.map { $0 >= 0x20 && $0 != 0x7F ? $0 : 0x20 })
        } else {
            head.write(HTTPResponseStatus(statusCode: status).reasonPhrase)
        }
        head.write("\r\n")
    }

    /// What a status says of itself where nothing else does: its reason phrase, or its number if it has none.
    static func text(for status: Int) -> String {
        let phrase = HTTPResponseStatus(statusCode: status).reasonPhrase
        return phrase.isEmpty ? String(status) : phrase
    }
}
