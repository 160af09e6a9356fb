import KoaKit
import KoaTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LimitTests {
    @Test(arguments: [
        "X: " + String(repeating: "x", count: 16_385),
        (0..<20).map { "X\($0): " + String(repeating: "x", count: 1000) }.joined(separator: "\r\n"),
        String(repeating: "x", count: 17_000) + ": y",
        (0..<101).map { "X\($0): y" }.joined(separator: "\r\n"),
    ])
    func `a header block over the limit is refused with 431`(fields: String) async throws {
        try await Application.echo().serve { connection in
            try await connection.send("GET / HTTP/1.1\r\n\(fields)\r\n\r\n")
            let reply = try await connection.readReply()
            #expect(reply.status == 431)
            #expect(reply["connection"] == "close")
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `a client that is still sending an endless header reads the reply`() async throws {
        try await Application.echo().serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nX: ")
            // Far past the limit, and all of it before the reply is looked at.
            for _ in 0..<64 { try? await connection.send(String(repeating: "x", count: 65_536)) }
            #expect(try await connection.readReply().status == 431)
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `trailers over the limit are refused`() async throws {
        try await Application.echo().serve { connection in
            try await connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
            try await connection.send(
                (0..<40).map { "X\($0): \(String(repeating: "x", count: 1000))\r\n" }.joined() + "\r\n")
            #expect([400, 431].contains(try await connection.readReply().status))
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test(arguments: [8191: 200, 8192: 200, 8193: 414, 12_000: 414])
    func `a target over the limit is refused with 414`(length: Int, status: Int) async throws {
        try await Application.echo().serve { connection in
            try await connection.send("GET /\(String(repeating: "x", count: length - 1)) HTTP/1.1\r\nHost: a\r\n\r\n")
            let reply = try await connection.readReply()
            #expect(reply.status == status)
            #expect(reply["connection"] == (status == 200 ? nil : "close"))
            try await connection.finishSending()
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `an endless request line is refused`() async throws {
        try await Application.echo().serve { connection in
            try await connection.send("GET /")
            for _ in 0..<64 { try? await connection.send(String(repeating: "x", count: 65_536)) }
            #expect([414, 431].contains(try await connection.readReply().status))
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `limits are the application's`() async throws {
        let app = Application.echo()
        app.limits.headerBlock = 100
        app.limits.target = 10
        try await app.serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nX: \(String(repeating: "x", count: 100))\r\n\r\n")
            #expect(try await connection.readReply().status == 431)
        }
        try await app.serve { connection in
            try await connection.send("GET /0123456789 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.readReply().status == 414)
        }
    }
}
