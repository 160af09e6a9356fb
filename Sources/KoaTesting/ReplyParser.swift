import NIOCore
import NIOHTTP1

/// Takes one reply off the front of the bytes received so far, by the framing rules of RFC 9112, section 6.3.
///
/// Strict: it is a test's judge of what a server sent.
struct ReplyParser {
    /// Whether the request was HEAD, whose reply has no content whatever its fields say.
    var isHead: Bool

    /// - Returns: The reply; nil when more bytes are needed. Nothing is taken then.
    /// - Throws: ``RawConnectionError`` `.malformedReply`.
    func take(from buffer: inout ByteBuffer, isEnded: Bool) throws(RawConnectionError) -> TestReply? {
        var rest = buffer
        guard let lines = try headLines(&rest) else { return nil }
        let statusLine = lines[0].split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard statusLine.count >= 2, statusLine[0] == "HTTP/1.1", statusLine[1].utf8.count == 3,
            let status = Int(statusLine[1])
        else { throw .malformed("status line: \(lines[0])") }
        var headers = HTTPHeaders()
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex, !line[..<colon].contains(" ") else {
                throw .malformed("field line: \(line)")
            }
            headers.add(
                name: String(line[..<colon]),
                value: String(line[line.index(after: colon)...].trimmingPrefix { $0 == " " })
            )
        }
        guard let content = try content(&rest, status: status, headers: headers, isEnded: isEnded) else { return nil }
        buffer = rest
        return TestReply(
            status: status,
            reasonPhrase: statusLine.count == 3 ? String(statusLine[2]) : "",
            headers: headers,
            content: content
        )
    }

    private func headLines(_ buffer: inout ByteBuffer) throws(RawConnectionError) -> [String]? {
        var lines: [String] = []
        while let line = try Self.line(&buffer) {
            guard !line.isEmpty else {
                guard !lines.isEmpty else { throw .malformed("empty status line") }
                return lines
            }
            lines.append(line)
        }
        return nil
    }

    private func content(
        _ buffer: inout ByteBuffer,
        status: Int,
        headers: HTTPHeaders,
        isEnded: Bool
    ) throws(RawConnectionError) -> [UInt8]? {
        if isHead || status < 200 || status == 204 || status == 304 { return [] }
        if let coding = headers.first(name: "transfer-encoding") {
            guard coding == "chunked", !headers.contains(name: "content-length") else {
                throw .malformed("framing: \(headers)")
            }
            return try chunks(&buffer)
        }
        let lengths = headers["content-length"]
        if let first = lengths.first {
            guard lengths.count == 1, let length = Int(first), length >= 0 else {
                throw .malformed("Content-Length: \(lengths)")
            }
            return buffer.readBytes(length: length)
        }
        // Neither: the content goes on until the server closes.
        return isEnded ? buffer.readBytes(length: buffer.readableBytes) : nil
    }

    private func chunks(_ buffer: inout ByteBuffer) throws(RawConnectionError) -> [UInt8]? {
        var content: [UInt8] = []
        while let line = try Self.line(&buffer) {
            guard let size = Int(line.prefix { $0 != ";" }, radix: 16) else { throw .malformed("chunk size: \(line)") }
            if size == 0 {
                while let trailer = try Self.line(&buffer) {
                    if trailer.isEmpty { return content }
                }
                return nil
            }
            guard let bytes = buffer.readBytes(length: size), let end = try Self.line(&buffer) else { return nil }
            guard end.isEmpty else { throw .malformed("chunk of \(size) bytes is followed by \(end)") }
            content += bytes
        }
        return nil
    }

    /// The next line without its CRLF; nil when it has not arrived.
    private static func line(_ buffer: inout ByteBuffer) throws(RawConnectionError) -> String? {
        let view = buffer.readableBytesView
        guard let feed = view.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        guard feed > view.startIndex, view[feed - 1] == UInt8(ascii: "\r") else { throw .malformed("bare line feed") }
        let line = buffer.readString(length: feed - 1 - view.startIndex)
        buffer.moveReaderIndex(forwardBy: 2)
        return line
    }
}
