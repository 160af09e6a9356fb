import NIOHTTP1

/// The first line of a reply.
enum StatusLine {
    /// Appends `HTTP/1.1 <status> <reason phrase>` and the line end.
    static func append(_ status: Int, to head: inout [UInt8]) {
        if status == 200 {
            head.append("HTTP/1.1 200 OK\r\n")
            return
        }
        head.append("HTTP/1.1 ")
        head.append(contentsOf: String(status).utf8)
        head.append(UInt8(ascii: " "))
        head.append(contentsOf: HTTPResponseStatus(statusCode: status).reasonPhrase.utf8)
        head.append("\r\n")
    }
}
