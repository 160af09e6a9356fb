import KoaKit
import KoaTesting
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ResponseTests {
    struct Case: Sendable {
        var name: String
        var status: Int
        var text: String
        var type: String?
        var length: String?
        var handler: Handler

        init(
            _ name: String, _ status: Int, _ text: String, type: String?, length: String?, _ handler: @escaping Handler
        ) {
            (self.name, self.status, self.text, self.type, self.length) = (name, status, text, type, length)
            self.handler = handler
        }
    }

    private static let plain = "text/plain; charset=utf-8"
    private static let html = "text/html; charset=utf-8"
    private static let json = "application/json; charset=utf-8"
    private static let binary = "application/octet-stream"

    static let cases = [
        Case("1.36 nothing", 404, "Not Found", type: plain, length: "9") { _, _ in },
        Case("1.43 text", 200, "häh", type: plain, length: "4") { ctx, _ in ctx.body = .text("häh") },
        Case("1.43 empty text", 200, "", type: plain, length: "0") { ctx, _ in ctx.body = .text("") },
        Case("1.43 markup", 200, " \n<p>", type: html, length: "5") { ctx, _ in ctx.body = .text(" \n<p>") },
        Case("1.44 bytes", 200, "ab", type: binary, length: "2") { ctx, _ in ctx.body = .bytes(ByteBuffer(string: "ab"))
        },
        Case("1.45 json", 200, "{\"a\":[1,null]}", type: json, length: "14") { ctx, _ in
            ctx.body = .json(["a": [1, nil]])
        },
        Case("1.52 json null", 200, "null", type: json, length: "4") { ctx, _ in ctx.body = .json(JSONValue.null) },
        Case("1.45 true", 200, "true", type: json, length: "4") { ctx, _ in ctx.body = .json(true) },
        Case("1.45 a number", 200, "1.5", type: json, length: "3") { ctx, _ in ctx.body = .json(1.5) },
        Case("1.45 an encodable number", 200, "7", type: json, length: "1") { ctx, _ in ctx.body = .json(Int8(7)) },
        Case("1.45 an array", 200, "[]", type: json, length: "2") { ctx, _ in ctx.body = .json([]) },
        Case("1.52 json null with a status", 404, "null", type: json, length: "4") { ctx, _ in
            ctx.status = 404
            ctx.body = .json(JSONValue.null)
        },
        Case("1.45 encodable", 200, "[1,2]", type: json, length: "5") { ctx, _ in ctx.body = .json([1, 2]) },
        Case("1.49 empty", 204, "", type: nil, length: nil) { ctx, _ in ctx.body = .empty },
        Case("1.41 status alone", 400, "Bad Request", type: plain, length: "11") { ctx, _ in ctx.status = 400 },
        Case("1.38 status without a phrase", 777, "777", type: plain, length: "3") { ctx, _ in ctx.status = 777 },
        Case("1.37 status then body", 201, "a", type: plain, length: "1") { ctx, _ in
            ctx.status = 201
            ctx.body = .text("a")
        },
        Case("1.37 body then status", 201, "a", type: plain, length: "1") { ctx, _ in
            ctx.body = .text("a")
            ctx.status = 201
        },
        Case("1.50 empty then status", 200, "", type: nil, length: "0") { ctx, _ in
            ctx.body = .empty
            ctx.status = 200
        },
        Case("1.51 empty then body", 200, "a", type: plain, length: "1") { ctx, _ in
            ctx.body = .empty
            ctx.body = .text("a")
        },
        Case("1.49 status then empty", 204, "", type: nil, length: nil) { ctx, _ in
            ctx.status = 201
            ctx.body = .empty
        },
        Case("1.49 error status then empty", 204, "", type: nil, length: nil) { ctx, _ in
            ctx.status = 500
            ctx.body = .empty
        },
        Case("1.49 205 then empty", 205, "", type: nil, length: "0") { ctx, _ in
            ctx.status = 205
            ctx.body = .empty
        },
        Case("1.49 304 then empty", 304, "", type: nil, length: nil) { ctx, _ in
            ctx.status = 304
            ctx.body = .empty
        },
        Case("1.50 empty with a type and a length, then status", 404, "", type: nil, length: "0") { ctx, _ in
            ctx.type = "json"
            ctx.length = 7
            ctx.body = .empty
            ctx.status = 404
        },
        Case("1.51 chosen, empty, body", 201, "a", type: plain, length: "1") { ctx, _ in
            ctx.status = 201
            ctx.body = .empty
            ctx.body = .text("a")
        },
        Case("1.51 empty, unset", 404, "Not Found", type: plain, length: "9") { ctx, _ in
            ctx.body = .empty
            ctx.body = .unset
        },
        Case("1.41 message", 400, "Oh no", type: plain, length: "5") { ctx, _ in
            ctx.status = 400
            ctx.message = "Oh no"
        },
        Case("1.39 204 with a body", 204, "", type: nil, length: nil) { ctx, _ in
            ctx.set("Content-Type", "text/css")
            ctx.set("Content-Length", "5")
            ctx.set("Transfer-Encoding", "chunked")
            ctx.body = .text("hello")
            ctx.status = 204
        },
        Case("1.39 205 with a body", 205, "", type: nil, length: "0") { ctx, _ in
            ctx.status = 205
            ctx.body = .text("hello")
        },
        Case("1.39 304 with a body", 304, "", type: nil, length: nil) { ctx, _ in
            ctx.status = 304
            ctx.body = .json(["a": 1])
        },
        Case("1.40 304, body, 200", 200, "hello", type: plain, length: "5") { ctx, _ in
            ctx.status = 304
            ctx.body = .text("hello")
            ctx.status = 200
        },
        Case("1.46 typed text", 200, "a{}", type: "text/css", length: "3") { ctx, _ in
            ctx.set("content-type", "text/css")
            ctx.body = .text("a{}")
        },
        Case("1.46 typed bytes", 200, "a", type: "image/png", length: "1") { ctx, _ in
            ctx.body = .bytes(ByteBuffer(string: "a"))
            ctx.set("Content-Type", "image/png")
        },
        Case("1.46 json typed json", 200, "1", type: "application/vnd.api+json", length: "1") { ctx, _ in
            ctx.set("Content-Type", "application/vnd.api+json")
            ctx.body = .json(JSONValue.integer(1))
        },
        Case("1.46 json typed otherwise", 200, "1", type: json, length: "1") { ctx, _ in
            ctx.set("Content-Type", "text/plain")
            ctx.body = .json(JSONValue.integer(1))
        },
        Case("1.41 status alone with a type", 400, "Bad Request", type: plain, length: "11") { ctx, _ in
            ctx.set("Content-Type", "application/json")
            ctx.status = 400
        },
        Case("a length of one's own", 200, "hello", type: plain, length: "5") { ctx, _ in
            ctx.set("Content-Length", "3")
            ctx.body = .text("hello")
        },
    ]

    // The items that the cases name, HEAD of each being 1.54.
    @Test(arguments: cases.indices, Transport.allCases)
    func `koa 1.36, 1.37, 1.38, 1.39, 1.40, 1.41, 1.43, 1.44, 1.45, 1.46, 1.49, 1.50, 1.51, 1.52, 1.54 status to reply`(
        index: Int, over transport: Transport
    ) async throws {
        let example = Self.cases[index]
        let app = Application.quiet()
        app.use(example.handler)
        try await app.test(over: transport) { client in
            for method in [HTTPMethod.GET, .HEAD] {
                let reply = try await client.request(method, "/")
                #expect(reply.status == example.status, "\(example.name)")
                #expect(reply.text == (method == .HEAD ? "" : example.text), "\(example.name)")
                #expect(reply["content-type"] == example.type, "\(example.name)")
                #expect(reply["content-length"] == example.length, "\(example.name)")
                #expect(reply["transfer-encoding"] == nil, "\(example.name)")
                #expect(reply["date"] != nil, "\(example.name)")
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `a header value cannot add a field or a reply`(over transport: Transport) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.set("X-Name", "a\r\nSet-Cookie: b=c\r\n\r\n<html>\u{0}\u{7f}\n")
            ctx.set("Content-Type", "text/css\r\nX-Added: 1")
            ctx.body = .text("hello")
        }
        try await app.test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply["set-cookie"] == nil)
            #expect(reply["x-added"] == nil)
            #expect(reply["x-name"]?.hasPrefix("a  Set-Cookie: b=c") == true)
            #expect(reply.text == "hello")
        }
    }

    @Test func `koa 1.59 set replaces whatever the case of the name, remove takes away`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.set("X-A", "1")
            ctx.set("x-a", "2")
            ctx.set("X-B", "1")
            ctx.response.remove("x-b")
            #expect(ctx.response.headers["X-A"] == ["2"])
            ctx.body = .text("")
        }
        try await app.test { client in
            let reply = try await client.get("/")
            #expect(reply.headers["x-a"] == ["2"])
            #expect(reply["x-b"] == nil)
        }
    }

    @Test func `the connection's fields are the engine's`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.set("Connection", "close")
            ctx.set("Date", "never")
            ctx.body = .text("")
        }
        try await app.test(over: .socket) { client in
            let reply = try await client.get("/")
            #expect(reply["connection"] == nil)
            #expect(reply.headers["date"].count == 1)
            #expect(reply["date"]?.hasSuffix(" GMT") == true)
        }
    }

    @Test(arguments: [99, 1000, -1])
    func `koa 1.38 a status outside 100 to 999 traps`(status: Int) async {
        let end = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [status] in
            let app = Application.quiet()
            app.use { ctx, _ in ctx.status = status }
            _ = try await app.test { client async throws in try await client.get("/") }
        }
        #expect(end.trapped(saying: "a status is a number from 100 to 999"))
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.41 message is the reason phrase, and cannot add a field`(over transport: Transport) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            #expect(ctx.message == "Not Found")
            ctx.body = .text("a")
            #expect(ctx.message == "OK")
            if ctx.path == "/b" { ctx.message = "Fine\r\nX-Added: 1" }
        }
        try await app.test(over: transport) { client async throws in
            #expect(try await client.get("/a").reasonPhrase == "OK")
            let reply = try await client.get("/b")
            #expect(reply.reasonPhrase == "Fine  X-Added: 1")
            #expect(reply["x-added"] == nil)
        }
    }

    @Test func `koa 1.45 an encodable body is serialised after the middleware have finished`() async throws {
        final class Counter: Encodable, Sendable {
            let trace: Trace

            init(_ trace: Trace) { self.trace = trace }

            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                try container.encode(trace.count)
            }
        }
        let trace = Trace()
        let app = Application.quiet()
        app.use { ctx, next in
            try await next()
            trace.add("after")
        }
        app.use { ctx, _ in ctx.body = .json(Counter(trace)) }
        try await app.test { client async throws in #expect(try await client.get("/").text == "1") }
    }
}
