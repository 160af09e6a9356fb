import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CORSTests {
    private static let site = "https://app.example"
    private static let preflight: HTTPHeaders = [
        "Origin": site, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "token, x-other",
    ]

    private func app(_ change: (inout CORS.Options) -> Void = { _ in }) throws -> Application {
        var options = CORS.Options()
        change(&options)
        let app = Application.quiet()
        app.use(try CORS(options))
        app.use { ctx, _ in
            switch ctx.path {
            case "/error": throw HTTPError(400)
            case "/vary": throw HTTPError(400, headers: ["Vary": "Accept"])
            case "/negotiated":
                ctx.vary("Accept")
                ctx.body = .text("ok")
            default: ctx.body = .text("ok")
            }
        }
        return app
    }

    @Test(arguments: Transport.allCases)
    func `koa 4.2 by default every origin may read every reply, errors included`(over transport: Transport) async throws
    {
        try await app().test(over: transport) { client async throws in
            for path in ["/", "/error"] {
                let reply = try await client.get(path, headers: ["Origin": Self.site])
                #expect(reply.headers["Access-Control-Allow-Origin"] == ["*"])
                #expect(reply["Vary"] == "Origin")
                #expect(reply["Access-Control-Allow-Credentials"] == nil)
                #expect(reply["Access-Control-Expose-Headers"] == nil)
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `Vary names the origin whatever else it names`(over transport: Transport) async throws {
        try await app().test(over: transport) { client async throws in
            #expect(try await client.get("/")["Vary"] == "Origin")
            #expect(try await client.get("/negotiated")["Vary"] == "Origin, Accept")
            #expect(try await client.get("/vary")["Vary"] == "Accept, Origin")
        }
    }

    @Test(arguments: Transport.allCases)
    func `a preflight request is answered, with the fields it asks for`(over transport: Transport) async throws {
        try await app().test(over: transport) { client async throws in
            let reply = try await client.options("/", headers: Self.preflight)
            #expect(reply.status == 204)
            #expect(reply.content.isEmpty)
            #expect(reply["Access-Control-Allow-Origin"] == "*")
            #expect(reply["Access-Control-Allow-Methods"] == "GET,HEAD,PUT,POST,DELETE,PATCH")
            #expect(reply["Access-Control-Allow-Headers"] == "token, x-other")
            #expect(reply["Access-Control-Max-Age"] == nil)
            #expect(reply["Access-Control-Allow-Private-Network"] == nil)
            #expect(reply["Vary"] == "Origin")
        }
    }

    @Test(arguments: Transport.allCases)
    func `OPTIONS that is no preflight request goes on`(over transport: Transport) async throws {
        try await app().test(over: transport) { client async throws in
            let reply = try await client.options("/", headers: ["Origin": Self.site])
            #expect(reply.text == "ok")
            #expect(reply["Access-Control-Allow-Origin"] == nil)
            #expect(reply["Vary"] == "Origin")
        }
    }

    @Test(arguments: Transport.allCases)
    func `each option shows`(over transport: Transport) async throws {
        let app = try app { options in
            options.origin = .only(Self.site)
            options.methods = [.GET, .PUT]
            options.allowedFields = ["token", "x-a"]
            options.exposedFields = ["x-b", "x-c"]
            options.allowsCredentials = true
            options.maximumAge = .seconds(600)
            options.allowsPrivateNetwork = true
            options.isolatesContext = true
        }
        try await app.test(over: transport) { client async throws in
            var headers = Self.preflight
            headers.add(name: "Access-Control-Request-Private-Network", value: "true")
            let preflight = try await client.options("/", headers: headers)
            #expect(preflight["Access-Control-Allow-Origin"] == Self.site)
            #expect(preflight["Access-Control-Allow-Credentials"] == "true")
            #expect(preflight["Access-Control-Allow-Methods"] == "GET,PUT")
            #expect(preflight["Access-Control-Allow-Headers"] == "token,x-a")
            #expect(preflight["Access-Control-Max-Age"] == "600")
            #expect(preflight["Access-Control-Allow-Private-Network"] == "true")
            #expect(preflight["Cross-Origin-Opener-Policy"] == "same-origin")
            #expect(preflight["Cross-Origin-Embedder-Policy"] == "require-corp")
            for path in ["/", "/error"] {
                let reply = try await client.get(path, headers: ["Origin": "https://other.example"])
                #expect(reply["Access-Control-Allow-Origin"] == Self.site)
                #expect(reply["Access-Control-Allow-Credentials"] == "true")
                #expect(reply["Access-Control-Expose-Headers"] == "x-b,x-c")
                #expect(reply["Cross-Origin-Opener-Policy"] == "same-origin")
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `of several origins the caller's own is named, and no other caller gets fields`(over transport: Transport)
        async throws
    {
        let app = try app { $0.origin = .oneOf([Self.site, "https://b.example"]) }
        try await app.test(over: transport) { client async throws in
            let known = try await client.get("/", headers: ["Origin": "https://b.example"])
            #expect(known["Access-Control-Allow-Origin"] == "https://b.example")
            for origin in ["https://c.example", "https://app.example.evil", "null"] {
                let reply = try await client.get("/", headers: ["Origin": origin])
                #expect(reply.text == "ok")
                #expect(reply["Access-Control-Allow-Origin"] == nil)
                #expect(reply["Vary"] == "Origin")
                let preflight = try await client.options(
                    "/", headers: ["Origin": origin, "Access-Control-Request-Method": "PUT"])
                #expect(preflight["Access-Control-Allow-Origin"] == nil)
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `an async function chooses the origin, or none`(over transport: Transport) async throws {
        let app = try app { options in
            options.allowsCredentials = true
            options.origin = .chosen(by: { ctx in
                await Task.yield()
                return ctx.path == "/" ? ctx.get("Origin") : ctx.path == "/any" ? "*" : nil
            })
        }
        try await app.test(over: transport) { client async throws in
            let chosen = try await client.get("/", headers: ["Origin": Self.site])
            #expect(chosen["Access-Control-Allow-Origin"] == Self.site)
            #expect(chosen["Access-Control-Allow-Credentials"] == "true")
            #expect(try await client.get("/none", headers: ["Origin": Self.site])["Access-Control-Allow-Origin"] == nil)
            let any = try await client.get("/any", headers: ["Origin": Self.site])
            #expect(any["Access-Control-Allow-Origin"] == "*")
            #expect(any["Access-Control-Allow-Credentials"] == nil)
        }
    }

    @Test(arguments: [CORS.Origin.any, .only("*"), .oneOf(["https://app.example", "*"])])
    func `credentials for every origin are refused at setup`(origin: CORS.Origin) {
        var options = CORS.Options()
        options.origin = origin
        options.allowsCredentials = true
        #expect(throws: InvalidOptions.self) { _ = try CORS(options) }
    }

    @Test(arguments: Transport.allCases)
    func `koa 4.21 on a route it owns OPTIONS, and other routes know nothing of it`(over transport: Transport)
        async throws
    {
        let app = Application.quiet()
        let router = Router()
        router.put("/shared", CORS()) { ctx, _ in ctx.body = .text("shared") }
        router.put("/own") { ctx, _ in ctx.body = .text("ok") }
        app.use(router.routes())
        app.use(router.allowedMethods())
        try await app.test(over: transport) { client async throws in
            let shared = try await client.options("/shared", headers: Self.preflight)
            #expect(shared.status == 204)
            #expect(shared["Access-Control-Allow-Origin"] == "*")
            let put = try await client.put("/shared", headers: ["Origin": Self.site])
            #expect(put["Access-Control-Allow-Origin"] == "*")
            let own = try await client.options("/own", headers: Self.preflight)
            #expect(own["Access-Control-Allow-Origin"] == nil)
            #expect(own["Allow"] == "PUT")
        }
    }
}
