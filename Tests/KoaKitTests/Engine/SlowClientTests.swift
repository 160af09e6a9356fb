import KoaKit
import KoaTesting
import Testing

/// Clients that send a byte now and then to hold a connection.
@Suite(.timeLimit(.minutes(1)))
struct SlowClientTests {
    private static let whole = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private func app(_ set: (inout HTTPLimits) -> Void) -> Application {
        let app = Application.echo()
        app.limits.linger = .milliseconds(200)
        set(&app.limits)
        return app
    }

    /// Sends the piece again and again until a reply comes, or the end.
    private func trickle(_ piece: String, _ connection: RawConnection) async throws -> TestReply {
        while true {
            try? await connection.send(piece)
            do {
                return try await connection.readReply(timeout: .milliseconds(10))
            } catch let error as RawConnectionError where error.code == .timedOut {}
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nX: ", "y"), ("", "\r\n"), ("\(whole)GET / HTTP/1.1\r\nX: ", "y"), ("\(whole)", "\r\n"),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nX: ", "y"),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nX: ", "y"),
    ])
    func `a head that trickles in is cut by the header limit, the first and those behind`(
        start: String, piece: String
    ) async throws {
        try await app { $0.header = .milliseconds(200) }.serve { connection in
            try await connection.send(start)
            if start.contains("\r\n\r\n") { #expect(try await connection.readReply().status == 200) }
            let reply = try await trickle(piece, connection)
            #expect(reply.status == 408)
            #expect(reply["connection"] == "close")
        }
    }

    @Test(arguments: [
        "\(whole)G", "\(whole)GET / HTTP/1.1\r\n", "\(whole)\(whole)GET / HTTP/1.1\r\nHost: a\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nheGET / HTTP/1.1\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\nGET",
    ])
    func `a head that is begun behind a whole request in one read has the header limit, not the idle one`(
        bytes: String
    ) async throws {
        try await app { $0.header = .milliseconds(200) }.serve { connection in
            try await connection.send(bytes)
            var reply = try await connection.readReply()
            while reply.status == 200 { reply = try await connection.readReply(timeout: .seconds(5)) }
            #expect(reply.status == 408)
        }
    }

    @Test(arguments: [
        whole, "\(whole)\(whole)", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nh",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    ])
    func `a connection that is between requests has the idle limit, not the header one`(bytes: String) async throws {
        try await app { $0.header = .milliseconds(50) }.serve { connection in
            for _ in 0..<2 {
                try await connection.send(bytes)
                #expect(try await connection.readReply().status == 200)
                if bytes.hasSuffix(Self.whole + Self.whole) { _ = try await connection.readReply() }
                await #expect(throws: RawConnectionError.self) {
                    _ = try await connection.read(1, timeout: .milliseconds(200))
                }
            }
        }
    }

    @Test(arguments: [("Content-Length: 60000\r\n\r\n", "x"), ("Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n")])
    func `a body that trickles in is cut by the body limit`(framing: String, piece: String) async throws {
        try await app { $0.body = .milliseconds(200) }.serve { connection in
            try await connection.send("POST /echo HTTP/1.1\r\nHost: a\r\n\(framing)")
            #expect(try await trickle(piece, connection).status == 408)
        }
    }

    @Test func `a body that may take long does not give the handler more time, or the head`() async throws {
        let never = Event()
        let app = app { limits in
            limits.body = .seconds(30)
            limits.handler = .milliseconds(200)
            limits.header = .milliseconds(200)
        }
        app.use { ctx, _ in await never.wait() }
        let slow = Application.quiet()
        slow.limits = app.limits
        slow.use { ctx, _ in
            ctx.set("X-Survives", "yes", survivesError: true)
            _ = try await ctx.request.bytes()
            await never.wait()
        }
        try await slow.serve { connection in
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")
            // Longer than the handler's limit, which has not begun.
            await #expect(throws: RawConnectionError.self) {
                _ = try await connection.readReply(timeout: .milliseconds(400))
            }
            try await connection.send("lo")
            let reply = try await connection.readReply()
            #expect(reply.status == 503)
            #expect(reply["x-survives"] == "yes")
            #expect(try await connection.readToEnd().isEmpty)
        }
        try await app.serve { connection in
            try await connection.send("POST / HTTP/1.1\r\n")
            #expect(try await connection.readReply().status == 408)
        }
    }

    @Test func `one limit sets header, body and handler, and is the longest of them`() {
        var limits = HTTPLimits()
        #expect(limits.request == .seconds(10))
        limits.body = .seconds(60)
        #expect(limits.request == .seconds(60))
        limits.request = .seconds(3)
        #expect([limits.header, limits.body, limits.handler] == Array(repeating: .seconds(3), count: 3))
        #expect([limits.idle, limits.write] == [.seconds(60), .seconds(30)])
    }
}
