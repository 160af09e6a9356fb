// The code of the article "Coming from Koa".

import KoaKit
import Logging
import NIOCore

struct User: Codable, Sendable { let name: String }
struct Post: Codable, Sendable { let title: String }

func findUser(_ id: String) async throws -> User? { User(name: id) }

func onion(_ app: Application) {
    // snippet.onion
    app.use { ctx, next in
        let start = ContinuousClock.now
        try await next()
        ctx.set("X-Response-Time", "\((ContinuousClock.now - start) / .milliseconds(1))ms")
    }
    app.use { ctx, _ in
        ctx.body = .text("Hello")
    }
    // snippet.end
}

func bodies(_ ctx: Context, user: User, bytes: ByteBuffer) {
    // snippet.body
    ctx.body = .text("Hello")
    ctx.body = .text("<p>Hello")
    ctx.body = .json(["ok": true])
    ctx.body = .json(user)
    ctx.body = .bytes(bytes)
    ctx.body = .empty
    ctx.body = .json(.null)
    ctx.status = 201
    ctx.type = "png"
    ctx.set("Cache-Control", "no-store")
    // snippet.end
}

func throwing(_ ctx: Context) async throws {
    // snippet.throw
    guard let user = try await findUser("1") else {
        throw HTTPError(404, "no such user")
    }
    try ctx.assert(user.name == "Ann", 403)
    // snippet.end
}

func routing(_ app: Application) throws {
    // snippet.router
    let router = Router(prefix: "/users")
    router.get("/:id", name: "user") { ctx, _ in
        let id = try ctx.params.get("id", as: Int.self)
        ctx.body = .text("user \(id)")
    }
    app.use(router.routes())
    app.use(router.allowedMethods())
    let url = try router.url(for: "user", params: ["id": "7"])
    // snippet.end
    _ = url
}

func nesting(_ app: Application, authenticate: @escaping Handler) {
    // snippet.nested
    let posts = Router()
    posts.get("/:post") { ctx, _ in
        ctx.body = .text("\(ctx.params["user"] ?? "") \(ctx.params["post"] ?? "")")
    }
    let users = Router(prefix: "/users")
    users.use(authenticate)
    users.use("/:user/posts", posts)
    app.use(users.routes())
    // snippet.end
}

// snippet.state
enum CurrentUser: StateKey { typealias Value = User }

func authenticate(_ ctx: Context, _ next: Next) async throws {
    ctx.state[CurrentUser.self] = try await findUser(ctx.get("X-User"))
    try await next()
}

func showUser(_ ctx: Context, _ next: Next) async throws {
    let user = try ctx.assert(ctx.state[CurrentUser.self], 401)
    ctx.body = .json(user)
}
// snippet.end

func cookies(_ app: Application, secrets: [CookieKey]) {
    // snippet.cookies
    app.settings.keys = secrets
    app.use { ctx, next in
        let theme = ctx.cookies.get("theme")
        var options = CookieOptions()
        options.maxAge = .seconds(86_400)
        try ctx.cookies.set("theme", theme ?? "dark", options)
        try await next()
    }
    // snippet.end
}

func redirecting(_ ctx: Context) {
    // snippet.redirect
    ctx.redirect(to: "/login")
    ctx.status = 301
    ctx.redirect(to: "https://example.com/")
    ctx.back(else: "/")
    ctx.response.attachment("report.pdf")
    // snippet.end
}

func errors(_ app: Application) {
    // snippet.errors
    app.use { ctx, next in
        do {
            try await next()
        } catch let error as HTTPError where error.status == 404 {
            ctx.status = 404
            ctx.body = .text("<h1>Nothing here</h1>")
        }
    }
    app.shapeErrors(with: ErrorShaping.negotiated())
    // snippet.end
}

func errorEvent(_ app: Application) {
    // snippet.errorEvent
    app.onError { error, ctx in
        ctx.logger.error("request failed", metadata: ["error": "\(error)"])
    }
    // snippet.end
}

func bodyParser(_ app: Application) {
    // snippet.bodyParser
    app.use { ctx, _ in
        let post = try await ctx.request.decode(Post.self, upTo: 1_048_576)
        ctx.body = .json(post)
    }
    // snippet.end
}

func stock(_ app: Application) throws {
    // snippet.cors
    var options = CORS.Options()
    options.origin = .oneOf(["https://app.example"])
    options.allowsCredentials = true
    app.use(try CORS(options))
    // snippet.end
    // snippet.static
    app.use(ConditionalGet())
    app.use(EntityTags())
    app.use(StaticFiles("public"))
    // snippet.end
}

func streaming(_ ctx: Context, rows: AsyncStream<String>) {
    // snippet.stream
    ctx.type = "text/csv"
    ctx.body = .stream(
        ResponseStream { writer in
            for await row in rows {
                try await writer.write(ByteBuffer(string: row + "\n"))
            }
        }
    )
    // snippet.end
}

func proxies(_ app: Application) {
    // snippet.proxies
    app.settings.trustedProxies = .privateNetworks
    app.use { ctx, _ in
        ctx.body = .text("\(ctx.ip) \(ctx.scheme) \(ctx.hostname)")
    }
    // snippet.end
}

func shutdown(_ app: Application) async throws {
    // snippet.shutdown
    let server = try await app.start(port: 3000)
    print("listening on \(server.address)")
    // …and when it is time to stop:
    await server.shutdown()
    // snippet.end
}

func events(_ ctx: Context) {
    // snippet.events
    ctx.sendEvents { events in
        while true {
            let time = "\(ContinuousClock.now)"
            try await events.send(ServerSentEvent(data: time))
            try await Task.sleep(for: .seconds(1))
        }
    }
    // snippet.end
}

// snippet.sessions
enum Visits: SessionValueKey {
    typealias Value = Int
    static let name = "visits"
}

func countVisits(_ app: Application) {
    app.use(Sessions(in: MemorySessionStore()))
    app.use { ctx, _ in
        let visits = try (ctx.session[Visits.self] ?? 0) + 1
        try ctx.session[Visits.self] = visits
        ctx.body = .text("visit \(visits)")
    }
}
// snippet.end
