import KoaKit
import KoaTesting
import NIOEmbedded
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SplitRequestTests {
    static let requests = [
        "GET /a?b=c HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n": "GET /a",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world": "hello world",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;name=\"v\"\r\nhello\r\n6\r\n world\r\n0\r\n\r\n":
            "hello world",
        "POST /echo HTTP/1.1\r\nHost: a\r\ntransfer-encoding: Chunked\r\nTrailer: X\r\n\r\nB\r\nhello world\r\n000;e\r\nX: y\r\nZ: \r\n\r\n":
            "hello world",
        "POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello": "POST /other",
    ]

    @Test(arguments: requests.keys.sorted())
    func `a request split at any byte gets the same reply`(_ request: String) async throws {
        let bytes = Array(request.utf8)
        for index in 1...bytes.count {
            let server = try await EmbeddedServer(.echo())
            try await server.feed([bytes[..<index], bytes[index...]])
            let reply = try await server.reply()
            #expect(reply.status == 200, "split at \(index)")
            #expect(reply.text == Self.requests[request], "split at \(index)")
            #expect(server.channel.isActive)
        }
    }

    @Test(arguments: requests.keys.sorted())
    func `requests sent byte by byte are answered on one connection`(_ request: String) async throws {
        try await Application.echo().serve { connection in
            for _ in 0..<3 {
                for byte in request.utf8 { try await connection.send([byte]) }
                let reply = try await connection.readReply()
                #expect(reply.status == 200)
                #expect(reply.text == Self.requests[request])
            }
        }
    }

    @Test(arguments: requests.keys.sorted())
    func `a request cut at any byte is refused with 400 and the connection ends`(_ request: String) async throws {
        let bytes = Array(request.utf8)
        try await Application.echo().withServer { server in
            for index in 1..<bytes.count {
                let connection = try await RawConnection.connect(port: server.port)
                try await connection.send(Array(bytes[..<index]))
                try await connection.finishSending()
                let reply = try await connection.readReply()
                // A handler that did not ask for the body has nothing to complain of.
                let isAnswered = request.contains("/other") && request.utf8.count - index <= 5
                #expect(reply.status == (isAnswered ? 200 : 400), "cut at \(index)")
                if !isAnswered { #expect(reply["connection"] == "close", "cut at \(index)") }
                #expect(try await connection.readToEnd().isEmpty)
            }
        }
    }
}
