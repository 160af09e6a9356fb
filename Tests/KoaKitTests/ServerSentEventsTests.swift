import KoaKit
import KoaTesting
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ServerSentEventsTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    /// What came so far, without the framing of chunks.
    private func events(_ connection: RawConnection, upTo end: String) async throws -> String {
        var text = ""
        while !text.hasSuffix(end) { text += String(decoding: try await connection.read(1), as: UTF8.self) }
        return text
    }

    @Test(arguments: Transport.allCases)
    func `koa 4.27 events are written field by field, data line by line`(over transport: Transport) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.sendEvents { events in
                try await events.send(ServerSentEvent(data: "one"))
                try await events.send(
                    ServerSentEvent(data: "a\nb\r\nc\rd\n", event: "add", id: "7", retry: .milliseconds(2500)))
                try await events.send(ServerSentEvent(data: "", event: "x\ndata: forged", id: "1\r2"))
                try await events.send(comment: "a\nb")
            }
        }
        try await app.test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.status == 200)
            #expect(reply["content-type"] == "text/event-stream")
            #expect(reply["cache-control"] == "no-store")
            #expect(reply["x-accel-buffering"] == "no")
            #expect(
                reply.text == """
                    data: one

                    event: add
                    id: 7
                    retry: 2500
                    data: a
                    data: b
                    data: c
                    data: d
                    data:\(" ")

                    data:\(" ")

                    : a b


                    """)
        }
    }

    @Test func `the head leaves before the first event, and each event at once`() async throws {
        let next = Event()
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.sendEvents(heartbeat: nil) { events in
                for number in 0..<3 {
                    await next.wait()
                    try await events.send(ServerSentEvent(data: "\(number)"))
                }
            }
        }
        try await app.serve { connection in
            try await connection.send(Self.get)
            #expect(try await events(connection, upTo: "\r\n\r\n").hasPrefix("HTTP/1.1 200 OK\r\n"))
            for number in 0..<3 {
                next.fire()
                _ = try await events(connection, upTo: "data: \(number)\n\n\r\n")
            }
            #expect(try await events(connection, upTo: "0\r\n\r\n") == "0\r\n\r\n")
        }
    }

    @Test func `koa 4.27 a quiet stream outlives every deadline and is kept alive by its heartbeat`() async throws {
        let (never, cancelled) = (Event(), Event())
        let app = Application.quiet()
        app.limits.request = .milliseconds(50)
        app.limits.idle = .milliseconds(50)
        app.limits.write = .milliseconds(50)
        app.use { ctx, _ in
            ctx.sendEvents(heartbeat: .milliseconds(40)) { _ in if await !never.wait() { cancelled.fire() } }
        }
        try await app.serve { connection in
            try await connection.send(Self.get)
            for _ in 0..<10 { _ = try await events(connection, upTo: ":\n\n") }
            try await connection.reset()
            #expect(await cancelled.wait())
        }
    }

    @Test func `koa 4.27 a client that just closes is found out by the heartbeat`() async throws {
        let (started, never, cancelled) = (Event(), Event(), Event())
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.sendEvents(heartbeat: .milliseconds(20)) { _ in
                started.fire()
                if await !never.wait() { cancelled.fire() }
            }
        }
        try await app.serve { connection in
            try await connection.send(Self.get)
            await started.wait()
            await connection.close()
            #expect(await cancelled.wait())
        }
    }

    @Test func `a sequence of events ends the reply with its own end, and is let go with the client`() async throws {
        let ended = Event()
        let (sequence, source) = AsyncStream<ServerSentEvent>.makeStream()
        source.onTermination = { _ in ended.fire() }
        let app = Application.quiet()
        app.use { ctx, _ in
            if ctx.path == "/live" {
                ctx.sendEvents(from: sequence)
            } else {
                let (few, source) = AsyncStream<ServerSentEvent>.makeStream()
                for number in 0..<3 { source.yield(ServerSentEvent(data: "\(number)")) }
                source.finish()
                ctx.sendEvents(from: few)
            }
        }
        try await app.serve { connection in
            try await connection.send(Self.get)
            #expect(try await connection.readReply().text == "data: 0\n\ndata: 1\n\ndata: 2\n\n")
            try await connection.send("GET /live HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await events(connection, upTo: "\r\n\r\n")
            try await connection.reset()
            #expect(await ended.wait())
        }
    }

    @Test func `an error of the producer cuts the stream and is observed`() async throws {
        struct Broken: Error {}
        let (observed, heard) = (Trace(), Event())
        let app = Application.quiet()
        app.onError { error, _ in
            observed.add("\(type(of: error))")
            heard.fire()
        }
        app.use { ctx, _ in
            ctx.sendEvents { events in
                try await events.send(ServerSentEvent(data: "one"))
                throw Broken()
            }
        }
        try await app.serve { connection in
            try await connection.send(Self.get)
            let all = String(decoding: try await connection.readToEnd(), as: UTF8.self)
            #expect(all.hasSuffix("data: one\n\n\r\n"))
            await heard.wait()
        }
        #expect(observed.all == ["Broken"])
    }

    @Test func `several tasks may send at once`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.sendEvents { events in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<50 { group.addTask { try await events.send(ServerSentEvent(data: "\(number)")) } }
                    try await group.waitForAll()
                }
            }
        }
        try await app.test(over: .socket) { client in
            let reply = try await client.get("/")
            let numbers = reply.text.split(separator: "\n").compactMap { Int($0.dropFirst(6)) }
            #expect(numbers.sorted() == Array(0..<50))
        }
    }
}
