import KoaKit
import KoaTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RouteParametersTests {
    private enum Kind: String { case book, film }

    private func ask(_ path: String, _ handler: @escaping Handler) async throws -> TestReply {
        let app = Application.quiet()
        app.use(Router().get("/:id{/:kind}", handler).routes())
        return try await app.test { try await $0.get(path) }
    }

    @Test func `koa 4.4 a typed parameter is read, or the client is told which one is not`() async throws {
        let number: Handler = { ctx, _ in ctx.mark("\(try ctx.params.get("id", as: Int.self) + 1)") }
        #expect(try await ask("/41", number).text == "42")
        let reply = try await ask("/x", number)
        #expect(reply.status == 400 && reply.text == "invalid parameter 'id'")
        let missing = try await ask("/x") { ctx, _ in
            let id: Int = try ctx.params.get("id", status: 404)
            ctx.mark("\(id)")
        }
        #expect(missing.status == 404 && missing.text == "invalid parameter 'id'")
    }

    @Test func `koa 4.4 a parameter is read as an enumeration or by a closure`() async throws {
        let kind: Handler = { ctx, _ in ctx.mark("\(try ctx.params.get("kind", as: Kind.self))") }
        #expect(try await ask("/1/film", kind).text == "film")
        #expect(try await ask("/1/play", kind).status == 400)
        #expect(try await ask("/1", kind).text == "invalid parameter 'kind'")
        let even: Handler = { ctx, _ in
            ctx.mark("\(try ctx.params.get("id") { text in Int(text).flatMap { $0 % 2 == 0 ? $0 : nil } })")
        }
        #expect(try await ask("/2", even).text == "2")
        #expect(try await ask("/3", even).status == 400)
    }

    @Test(arguments: ["/100%", "/%zz", "/%ff"])
    func `router 2.12, 4.23 a malformed escape stays as received, but is 400 where a type is asked for`(
        path: String
    ) async throws {
        #expect(try await ask(path) { ctx, _ in ctx.mark(ctx.params["id"] ?? "-") }.text == path.dropFirst())
        #expect(try await ask(path) { ctx, _ in ctx.mark(try ctx.params.get("id", as: String.self)) }.status == 400)
    }

    @Test func `router 2.12, 2.13, 2.24 parameters are on the request too, captures as they were received`()
        async throws
    {
        let reply = try await ask("/a%20b") { ctx, _ in
            ctx.mark("\(ctx.request.params["id"] ?? "-") \(ctx.captures) \(ctx.params.names)")
        }
        #expect(reply.text == #"a b ["a%20b"] ["id"]"#)
    }
}
