import KoaKit
import KoaTesting
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RequestBodyTests {
    @Test(arguments: [
        "5\r\nhello\r\n0\r\n\r\n", "5;a=b;c\r\nhello\r\n0\r\n\r\n", "2\r\nhe\r\n3\r\nllo\r\n0\r\nX: y\r\nZ: w\r\n\r\n",
        "0005\r\nhello\r\n00\r\n\r\n",
    ])
    func `a chunked body is put together`(chunks: String) async throws {
        try await Application.echo().serve { connection in
            for _ in 0..<2 {
                try await connection.send(
                    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
                #expect(try await connection.readReply().text == "hello")
            }
        }
    }

    @Test(arguments: [
        "zz\r\nhello\r\n0\r\n\r\n", "-1\r\n", "5\r\nhelloXX0\r\n\r\n", "fffffffffffffffffffff\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n", "5\nhello\r\n0\r\n\r\n", "\r\n5\r\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n",
    ])
    func `chunk garbage is refused with 400`(chunks: String) async throws {
        try await Application.echo().serve { connection in
            try await connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
            let reply = try await connection.readReply()
            #expect(reply.status == 400)
            #expect(reply["connection"] == "close")
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `an announced length over the limit is refused before a byte of the body is sent`() async throws {
        try await Application.echo().serve { connection in
            try await connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n")
            #expect(try await connection.readReply().status == 413)
        }
        try await Application.echo().serve { connection in
            try await connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000000\r\n\r\n")
            let reply = try await connection.readReply()
            #expect(reply.status == 413)
            #expect(reply["connection"] == "close")
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `a chunked body over the limit is refused while the client is still sending`() async throws {
        try await Application.echo().serve { connection in
            try await connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "4000\r\n" + String(repeating: "x", count: 16_384) + "\r\n"
            for _ in 0..<64 { try? await connection.send(chunk) }
            let reply = try await connection.readReply()
            #expect(reply.status == 413)
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test(arguments: [0, 65_535, 65_536])
    func `a body up to the limit is read`(count: Int) async throws {
        let content = String(repeating: "x", count: count)
        try await Application.echo().serve { connection in
            try await connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n" + content)
            #expect(try await connection.readReply().text == content)
            try await connection.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + (count == 0 ? "" : "\(String(count, radix: 16))\r\n\(content)\r\n") + "0\r\n\r\n"
            )
            #expect(try await connection.readReply().text == content)
        }
    }

    @Test(arguments: [1, 1000, 65_536])
    func `a small body that nobody read is thrown away and the connection stays`(count: Int) async throws {
        let content = String(repeating: "x", count: count)
        try await Application.echo().serve { connection in
            for _ in 0..<2 {
                try await connection.send("POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n")
                // The reply does not wait for the body.
                #expect(try await connection.readReply().text == "POST /other")
                try await connection.send(content)
            }
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.readReply().text == "GET /")
        }
    }

    @Test func `a small chunked body that nobody read is thrown away and the connection stays`() async throws {
        try await Application.echo().serve { connection in
            for _ in 0..<2 {
                try await connection.send("POST /other HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                #expect(try await connection.readReply().text == "POST /other")
                try await connection.send("5\r\nhello\r\n0\r\n\r\n")
            }
        }
    }

    @Test(arguments: ["Content-Length: 10000000", "Transfer-Encoding: chunked"])
    func `a large body that nobody read ends the connection after the reply`(framing: String) async throws {
        try await Application.echo().serve { connection in
            try await connection.send("POST /other HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\r\n")
            let piece = String(repeating: "x", count: 0x10000)
            // All of it: the client reads the reply only when it has sent everything.
            for _ in 0..<150 {
                let part = framing.contains("chunked") ? "10000\r\n\(piece)\r\n" : piece
                guard (try? await connection.send(part)) != nil else { break }
            }
            #expect(try await connection.readReply().text == "POST /other")
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `a body may be read again with a larger limit`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            await #expect(throws: HTTPError.self) { _ = try await ctx.request.bytes(upTo: 10) }
            let first = try await ctx.request.bytes(upTo: 200_000)
            let second = try await ctx.request.bytes(upTo: 200_000)
            #expect(first == second)
            ctx.body = .text("\(first.readableBytes)")
        }
        try await app.serve { connection in
            let piece = String(repeating: "x", count: 100_000)
            try await connection.send(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n186A0\r\n\(piece)\r\n0\r\n\r\n"
            )
            #expect(try await connection.readReply().text == "100000")
        }
    }

    @Test func `a body that nobody asks for is not read without bound`() async throws {
        let (started, gate) = (Event(), Event())
        let app = Application.quiet()
        app.use { ctx, _ in
            started.fire()
            await gate.wait()
            ctx.body = .text("done")
        }
        try await app.serve { connection in
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
            await started.wait()
            // The socket buffers of both sides take some of it; what is left does not get in.
            await #expect(throws: RawConnectionError.self) {
                for _ in 0..<100 {
                    try await connection.send([UInt8](repeating: 0x78, count: 1_000_000), timeout: .seconds(1))
                }
            }
            gate.fire()
            #expect(try await connection.readReply().text == "done")
        }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct ExpectContinueTests {
    @Test(arguments: ["100-continue", "100-Continue"])
    func `a client is told to go on when the handler reads`(expectation: String) async throws {
        try await Application.echo().serve { connection in
            for _ in 0..<2 {
                try await connection.send(
                    "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: \(expectation)\r\nContent-Length: 5\r\n\r\n")
                let interim = try await connection.readReply()
                #expect(interim.status == 100)
                #expect(interim.headers.isEmpty)
                try await connection.send("hello")
                #expect(try await connection.readReply().text == "hello")
            }
        }
    }

    @Test func `a handler that does not read answers at once and the connection closes`() async throws {
        try await Application.echo().serve { connection in
            try await connection.send(
                "POST /other HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            let reply = try await connection.readReply()
            #expect(reply.text == "POST /other")
            #expect(reply["connection"] == "close")
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `a body over the limit is refused without being asked for`() async throws {
        try await Application.echo().serve { connection in
            try await connection.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 70000\r\n\r\n")
            #expect(try await connection.readReply().status == 413)
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `a client that does not wait gets one reply and keeps its connection`() async throws {
        try await Application.echo().serve { connection in
            try await connection.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"
            )
            var reply = try await connection.readReply()
            if reply.status == 100 { reply = try await connection.readReply() }
            #expect(reply.text == "hello")
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.readReply().text == "GET /")
        }
    }

    @Test func `an HTTP 1.0 client is told nothing in between`() async throws {
        try await Application.echo().serve { connection in
            try await connection.send("POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello")
            #expect(try await connection.readReply().text == "hello")
        }
    }
}
