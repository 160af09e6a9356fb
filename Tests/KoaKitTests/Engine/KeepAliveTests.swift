import KoaKit
import NIOHTTP1
import Testing

@testable import KoaTesting

@Suite(.timeLimit(.minutes(1)))
struct KeepAliveTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var request: String
        var keepsAlive: Bool
        var connection: String?
        var testDescription: String { request.debugDescription }
    }

    static let cases = [
        Case(request: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", keepsAlive: true),
        Case(request: "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", keepsAlive: true),
        Case(request: "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", keepsAlive: false, connection: "close"),
        Case(
            request: "GET / HTTP/1.1\r\nHost: a\r\nconnection: TE, Close\r\n\r\n", keepsAlive: false,
            connection: "close"),
        Case(request: "GET / HTTP/1.0\r\n\r\n", keepsAlive: false, connection: "close"),
        Case(request: "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", keepsAlive: true, connection: "keep-alive"),
        Case(
            request: "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", keepsAlive: false, connection: "close"),
    ]

    @Test(arguments: cases)
    func `a connection is kept or closed as its request says`(_ example: Case) async throws {
        let isHead = example.request.hasPrefix("HEAD")
        try await Application.echo().serve { connection in
            try await connection.send(example.request)
            let reply = try await connection.readReply(toHead: isHead)
            #expect(reply.status == 200)
            #expect(reply["connection"] == example.connection)
            if example.keepsAlive {
                try await connection.send(example.request)
                #expect(try await connection.readReply(toHead: isHead).status == 200)
                try await connection.finishSending()
            }
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `a client that half-closes after its request still gets the reply`() async throws {
        let (started, gate) = (Event(), Event())
        let app = Application.quiet()
        app.use { ctx, _ in
            started.fire()
            await gate.wait()
            ctx.body = .text("late")
        }
        try await app.serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try await connection.finishSending()
            await started.wait()
            gate.fire()
            #expect(try await connection.readReply().text == "late")
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test(arguments: [true, false], ["", "Connection: close\r\n"])
    func `a large reply arrives whole when the connection is about to end`(isHalfClosed: Bool, field: String)
        async throws
    {
        let content = String(repeating: "x", count: 20_000_000)
        let app = Application.quiet()
        app.use { ctx, _ in ctx.body = .text(content) }
        try await app.serve(timeout: .seconds(30)) { connection in
            try await connection.setReading(false)
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n")
            if isHalfClosed { try await connection.finishSending() }
            try await connection.setReading(true)
            #expect(try await connection.readReply().content.count == content.utf8.count)
            if !isHalfClosed, field.isEmpty { try await connection.finishSending() }
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test(arguments: ["", "Connection: close\r\n"])
    func `a reply that is read late outlives the linger and idle limits`(field: String) async throws {
        let content = String(repeating: "x", count: 30_000_000)
        let app = Application.quiet()
        app.limits.linger = .milliseconds(100)
        app.limits.idle = .milliseconds(100)
        app.limits.request = .milliseconds(100)
        app.limits.write = .seconds(6)
        app.use { ctx, _ in ctx.body = .text(content) }
        try await app.serve(timeout: .seconds(30)) { connection in
            try await connection.setReading(false)
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n")
            // Past those limits, well before the one for writing.
            await #expect(throws: RawConnectionError(.timedOut)) {
                _ = try await connection.readReply(timeout: .seconds(1))
            }
            try await connection.setReading(true)
            #expect(try await connection.readReply().content.count == content.utf8.count)
        }
    }

    @Test func `koa 4.9 a client that stops to read a reply is cut`() async throws {
        let content = String(repeating: "x", count: 20_000_000)
        let app = Application.quiet()
        app.limits.write = .milliseconds(50)
        app.use { ctx, _ in ctx.body = .text(content) }
        try await app.withServer { server in
            let connection = try await RawConnection.connect(port: server.port)
            try await connection.setReading(false)
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            // What is sent to a socket that is gone is answered by a reset.
            await #expect(throws: RawConnectionError(.closed)) {
                while true {
                    try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    _ = try? await connection.read(content.utf8.count, timeout: .milliseconds(20))
                }
            }
        }
    }

    @Test func `HEAD is framed without content and the next reply follows`() async throws {
        try await Application.echo().serve { connection in
            try await connection.send("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\nGET /abc HTTP/1.1\r\nHost: a\r\n\r\n")
            let head = try await connection.readReply(toHead: true)
            let get = try await connection.readReply()
            #expect(head["content-length"] == "9")
            #expect(get["content-length"] == "8")
            #expect(head["content-type"] == get["content-type"])
            #expect(get.text == "GET /abc")
        }
    }

    @Test(arguments: [204, 205, 304])
    func `a status without content is framed so that the next reply follows`(status: Int) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.body = .text("dropped")
            ctx.status = ctx.path == "/" ? status : 200
        }
        try await app.serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
            let reply = try await connection.readReply()
            #expect(reply.status == status)
            #expect(reply["content-type"] == nil)
            #expect(reply["content-length"] == (status == 205 ? "0" : nil))
            #expect(try await connection.readReply().text == "dropped")
        }
    }

    @Test func `a final status below 200 ends the connection, for no client can tell where the reply ends`()
        async throws
    {
        let app = Application.quiet()
        app.use { ctx, _ in ctx.status = 150 }
        try await app.serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.readReply().status == 150)
            #expect(try await connection.readToEnd().isEmpty)
        }
    }
}
