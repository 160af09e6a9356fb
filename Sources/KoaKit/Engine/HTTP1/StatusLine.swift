import NIOHTTP1

/// The first line of a reply.
enum StatusLine {
    /// Appends `HTTP/1.1 <status> <reason phrase>` and the line end.
    ///
    /// A message takes the place of the status's own phrase; its control characters become spaces.
    static func append(_ status: Int, _ message: String?, to head: inout [UInt8]) {
        if status == 200, message == nil {
            head.append("HTTP/1.1 200 OK\r\n")
            return
        }
        head.append("HTTP/1.1 ")
        head.append(contentsOf: String(status).utf8)
        head.append(UInt8(ascii: " "))
        if let message {
            head.append(contentsOf: message.utf8.map { $0 >= 0x20 && $0 != 0x7F ? $0 : 0x20 })
        } else {
            head.append(contentsOf: HTTPResponseStatus(statusCode: status).reasonPhrase.utf8)
        }
        head.append("\r\n")
    }

    /// What a status says of itself where nothing else does: its reason phrase, or its number if it has none.
    static func text(for status: Int) -> String {
        let phrase = HTTPResponseStatus(statusCode: status).reasonPhrase
        return phrase.isEmpty ? String(status) : phrase
    }
}
