import KoaTesting
import NIOCore
import NIOHTTP1
import Testing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct ConditionalGetTests {
    private func app(isWeak: Bool = false, _ handler: @escaping Handler) -> Application {
        var options = EntityTags.Options()
        options.isWeak = isWeak
        let app = Application.quiet()
        app.use(ConditionalGet())
        app.use(EntityTags(options))
        app.use(handler)
        return app
    }

    @Test func `an encodable value has the same bytes and the same tag in every reply`() async throws {
        struct Todo: Encodable { let title = "a/b", identifier = 1, isDone = false, notes = "", owner = "Ann" }
        try await app { ctx, _ in ctx.body = .json(Todo()) }.test { client in
            let first = try await client.get("/")
            #expect(first.text == #"{"identifier":1,"isDone":false,"notes":"","owner":"Ann","title":"a/b"}"#)
            for _ in 0..<20 { #expect(try await client.get("/")["ETag"] == first["ETag"]) }
        }
    }

    @Test(arguments: Transport.allCases, [false, true])
    func `a content gets a tag, and is not sent to who has it`(over transport: Transport, isWeak: Bool) async throws {
        let app = app(isWeak: isWeak) { ctx, _ in
            switch ctx.path {
            case "/text": ctx.body = .text("hello")
            case "/bytes": ctx.body = .bytes(ByteBuffer(string: "hello"))
            default: ctx.body = .json(["a": 1])
            }
        }
        try await app.test(over: transport) { client async throws in
            var tags: Set<String> = []
            for path in ["/text", "/bytes", "/json"] {
                let first = try await client.get(path)
                let tag = try #require(first["ETag"])
                #expect(tag.hasPrefix(isWeak ? "W/\"" : "\""))
                tags.insert(tag)
                for value in [tag, "\"x\", \(tag)", "*"] {
                    let reply = try await client.get(path, headers: ["If-None-Match": value])
                    #expect(reply.status == 304)
                    #expect(reply.content.isEmpty)
                    #expect(reply["ETag"] == tag)
                    #expect(reply["Content-Type"] == nil)
                }
                #expect(try await client.get(path, headers: ["If-None-Match": "\"x\""]).content == first.content)
                #expect(try await client.head(path)["ETag"] == tag)
            }
            #expect(tags.count == 2)
        }
    }

    @Test func `only a successful content without a tag gets one`() async throws {
        let app = app { ctx, _ in
            ctx.body = .text("hello")
            switch ctx.path {
            case "/own": ctx.etag = "own"
            case "/error": ctx.status = 400
            case "/empty": ctx.body = .empty
            case "/stream": ctx.body = .stream(ResponseStream { try await $0.write(ByteBuffer(string: "x")) })
            default: break
            }
        }
        try await app.test { client async throws in
            #expect(try await client.get("/own")["ETag"] == "\"own\"")
            for path in ["/error", "/empty", "/stream"] { #expect(try await client.get(path)["ETag"] == nil) }
            let posted = try await client.post("/own", headers: ["If-None-Match": "\"own\""])
            #expect(posted.status == 200)
        }
    }

    @Test func `a date does as well as a tag`() async throws {
        let app = Application.quiet()
        app.use(ConditionalGet())
        app.use { ctx, _ in
            ctx.body = .text("hello")
            ctx.set("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT")
        }
        try await app.test { client async throws in
            for (date, status) in [("Sun, 06 Nov 1994 08:49:37 GMT", 304), ("Sun, 06 Nov 1994 08:49:36 GMT", 200)] {
                #expect(try await client.get("/", headers: ["If-Modified-Since": date]).status == status)
            }
        }
    }
}
