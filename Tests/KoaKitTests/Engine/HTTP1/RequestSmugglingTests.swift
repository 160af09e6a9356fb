import KoaKit
import KoaTesting
import Testing

/// Requests that two readers may cut, or route, in two ways; see ``MalformedRequestTests`` for what is no HTTP at all.
@Suite(.timeLimit(.minutes(1)))
struct RequestSmugglingTests {
    private func expectRefusal(_ request: String, status: Int = 400) async throws {
        let trace = Trace()
        let app = Application.quiet()
        app.use { ctx, _ in
            trace.add(ctx.path)
            _ = try await ctx.request.bytes()
            ctx.body = .text("taken")
        }
        try await app.serve { connection in
            try await connection.send(request + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            let reply = try await connection.readReply(timeout: .seconds(3))
            #expect(reply.status == status)
            #expect(reply["connection"] == "close")
            #expect(try await connection.readToEnd(timeout: .seconds(3)).isEmpty)
        }
        #expect(!trace.all.contains("/smuggled"))
    }

    @Test(arguments: [
        "Content-Length: 4\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Content-Length: 4\r\ntransfer-encoding:\tchunked", "Content-Length: 4\r\nContent-Length: 5",
        "Content-Length: 4\r\nContent-Length: 4", "Content-Length: 4, 4", "Content-Length: 4,4", "Content-Length: +4",
        "Content-Length: -4", "Content-Length: 4 4", "Content-Length: 4\t4", "Content-Length: 0x4",
        "Content-Length: 4;",
        "Content-Length: ", "Content-Length: 4.0", "Content-Length: 18446744073709551620",
        "Content-Length: 9223372036854775808", "Content-Length\u{b}: 4", "Content-Length : 4",
    ])
    func `a length that can be read in two ways is refused`(fields: String) async throws {
        try await expectRefusal("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n0\r\n\r\n")
    }

    @Test(arguments: [
        "chunked, identity", "identity, chunked", "chunked, chunked", "identity", "gzip, chunked", "chunked;q=1",
        "\"chunked\"", "chunke", "xchunked", "chunked\r\nTransfer-Encoding: chunked",
        "chunked\r\nTransfer-Encoding: identity", "\u{b}chunked", "", ",chunked", "chunked,",
        "chunked ", "chunked\t",
    ])
    func `a transfer coding other than exactly chunked is refused`(coding: String) async throws {
        try await expectRefusal("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \(coding)\r\n\r\n0\r\n\r\n")
    }

    @Test func `a transfer coding on HTTP 1.0 is refused`() async throws {
        try await expectRefusal("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    }

    @Test(arguments: [
        "+5\r\nhello\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", " 5\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n", "5 5\r\nhello\r\n0\r\n\r\n", "5\nhello\n0\n\n", "5\rhello\r\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello \r\n0\r\n\r\n", "\r\nhello\r\n0\r\n\r\n",
        ";x\r\nhello\r\n0\r\n\r\n", "g\r\nhello\r\n0\r\n\r\n", "10000000000000005\r\nhello\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nhello\r\n0\r\n\r\n", "5;a\nb\r\nhello\r\n0\r\n\r\n", "5;a\u{0}b\r\nhello\r\n0\r\n\r\n",
    ])
    func `a bad chunk is refused`(chunks: String) async throws {
        try await expectRefusal("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)")
    }

    @Test(arguments: [
        "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\n",
        "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n",
        "GET / HTTP/1.1\rHost: a\r\r", "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\ty\r\n\r\n", "GET / HTTP/1.1\r\n X: y\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX\t: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX y: z\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\u{7f}: z\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX\u{e9}: z\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX[]: z\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\"X\": z\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\u{1}b\r\n\r\n", "GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1 x\r\nHost: a\r\n\r\n",
        "GET / HTTP/1,1\r\nHost: a\r\n\r\n",
    ])
    func `a line that ends or folds otherwise, and a bad field, are refused`(request: String) async throws {
        try await expectRefusal(request)
    }

    @Test(arguments: [
        "", "Host: a\r\nHost: a\r\n", "Host: a\r\nX: y\r\nhOST: b\r\n", "Host: a b\r\n", "Host: a, b\r\n",
        "Host: user@a\r\n", "Host: a/b\r\n", "Host: http://a\r\n", "Host: a:port\r\n", "Host: a:80:80\r\n",
        "Host: a:-1\r\n", "Host: a:123456\r\n", "Host: [::1\r\n", "Host: []\r\n", "Host: [::1]a\r\n",
        "Host: [g::1]\r\n",
        "Host: ::1\r\n", "Host: a?b\r\n", "Host: a#b\r\n", "Host: a\\b\r\n", "Host: <a>\r\n", "Host: \u{e9}\r\n",
    ])
    func `no Host, two, or an invalid one is refused`(host: String) async throws {
        try await expectRefusal("GET / HTTP/1.1\r\n\(host)\r\n")
    }

    @Test(arguments: [
        "Host: a", "Host:", "Host: example.com:8080", "Host: 127.0.0.1:80", "Host: [::1]",
        "Host: [::ffff:1.2.3.4]:65535",
        "HOST: a_b-c.d~e%20", "Host: a:",
    ])
    func `a valid Host is taken`(host: String) async throws {
        try await Application.echo().serve { connection in
            try await connection.send("GET / HTTP/1.1\r\n\(host)\r\n\r\n")
            #expect(try await connection.readReply().status == 200)
        }
    }

    @Test func `HTTP 1.0 needs no Host, and may not have two`() async throws {
        try await Application.echo().serve { connection in
            try await connection.send("GET / HTTP/1.0\r\n\r\n")
            #expect(try await connection.readReply().status == 200)
        }
        try await expectRefusal("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n")
    }

    @Test(arguments: ["http://b:81/x?y", "HTTPS://b:81?y", "http://b:81"])
    func `a whole URL as the target decides the host`(target: String) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in ctx.body = .text(ctx.get("Host")) }
        try await app.serve { connection in
            try await connection.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.readReply().text == "b:81")
        }
    }

    @Test(arguments: [
        "GET http:///x", "GET http://u@b/x", "GET http://b c/x", "GET x", "GET b:81", "OPTIONS x",
        "CONNECT /x",
        "GET http:/b/x",
    ])
    func `a target that does not go with its method, or has no valid authority, is refused`(line: String) async throws {
        try await expectRefusal("\(line) HTTP/1.1\r\nHost: a\r\n\r\n")
    }

    @Test func `an endless chunk extension is refused`() async throws {
        try await Application.echo().serve { connection in
            try await connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=")
            for _ in 0..<64 { try? await connection.send(String(repeating: "x", count: 65_536)) }
            #expect(try await connection.readReply().status == 400)
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test(arguments: ["\r\n", " ", "0"])
    func `bytes that never become a part are bounded`(filler: String) async throws {
        try await Application.echo().serve { connection in
            switch filler {
            case "0": try await connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            case " ": try await connection.send("GET / HTTP/1.1\r\nHost:")
            default: break
            }
            for _ in 0..<64 { try? await connection.send(String(repeating: filler, count: 32_768)) }
            #expect([400, 431].contains(try await connection.readReply().status))
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `chunks with small extensions are taken`() async throws {
        try await Application.echo().serve { connection in
            try await connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "1;ieof=\"\(String(repeating: "x", count: 1000))\"\r\nh\r\n"
            for _ in 0..<100 { try await connection.send(chunk) }
            try await connection.send("0\r\n\r\n")
            #expect(try await connection.readReply().content.count == 100)
        }
    }

    @Test(arguments: ["Content-Length: 5", "Transfer-Encoding: chunked", "Host: b", "content-type: text/html"])
    func `a trailer that says how to read the message is refused`(trailer: String) async throws {
        try await expectRefusal(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\(trailer)\r\n\r\n")
    }
}
