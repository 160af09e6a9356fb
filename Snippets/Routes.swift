// The code of the article "Routes".

import KoaKit

struct User: Sendable {
    let name: String
}

func findUser(_ id: String) async throws -> User? { User(name: id) }

enum CurrentUser: StateKey { typealias Value = User }

enum Order: String { case newest, oldest }

func verbs(_ app: Application) {
    // snippet.verbs
    let router = Router(prefix: "/users")
    router.get("/") { ctx, _ in ctx.body = .text("all users") }
    router.post("/") { ctx, _ in ctx.status = 201 }
    router.on([.PUT, .PATCH], "/:id", [LogChange()])
    router.all("/ping") { ctx, _ in ctx.body = .text("pong") }
    app.use(router.routes())
    app.use(router.allowedMethods())
    // snippet.end
}

struct LogChange: Middleware {
    func handle(_ context: Context, next: Next) async throws {
        context.body = .text("changed \(context.params["id"] ?? "")")
    }
}

func patterns(_ router: Router) {
    // snippet.patterns
    router.get("/about") { ctx, _ in ctx.body = .text("about") }
    router.get("/users/:id") { ctx, _ in ctx.body = .text(ctx.params["id"] ?? "") }
    router.get("/files/*path") { ctx, _ in ctx.body = .text(ctx.params["path"] ?? "") }
    router.get("/posts{/:page}") { ctx, _ in ctx.body = .text(ctx.params["page"] ?? "1") }
    router.get(["/", "/index.html"]) { ctx, _ in ctx.body = .text("home") }
    // snippet.end
}

func values(_ router: Router) {
    // snippet.values
    router.get("/users/:id/posts/:order") { ctx, _ in
        let id = try ctx.params.get("id", as: Int.self, status: 404)
        let order = try ctx.params.get("order", as: Order.self)
        ctx.body = .text("user \(id), \(order)")
    }
    // snippet.end
}

func chain(_ router: Router) {
    // snippet.chain
    router.get("/users/*rest") { ctx, next in
        ctx.set("Cache-Control", "no-store")
        try await next()
    }
    router.get("/users/me") { ctx, _ in ctx.body = .text("me") }
    // snippet.end
}

func param(_ router: Router) {
    // snippet.param
    router.param("user") { id, ctx, next in
        guard let user = try await findUser(id) else { throw HTTPError(404) }
        ctx.state[CurrentUser.self] = user
        try await next()
    }
    router.get("/users/:user") { ctx, _ in
        ctx.body = .text(ctx.state[CurrentUser.self]?.name ?? "")
    }
    // snippet.end
}

func nested(_ app: Application, requireAdmin: @escaping Handler) {
    // snippet.nested
    let posts = Router()
    posts.get("/:post") { ctx, _ in
        ctx.body = .text("\(ctx.params["user"] ?? "")/\(ctx.params["post"] ?? "")")
    }
    let router = Router(prefix: "/api")
    router.use("/admin", requireAdmin)
    router.use("/users/:user/posts", posts)
    app.use(router.routes())
    // snippet.end
}

func named(_ router: Router) throws -> String {
    // snippet.named
    router.get("/users/:id", name: "user") { ctx, _ in ctx.body = .text("a user") }
    router.get("/") { ctx, _ in
        ctx.body = .text(try ctx.router?.url(for: "user", params: ["id": "7"]) ?? "")
    }
    try router.redirect("/people", to: "/users")
    // snippet.end
    return try router.url(for: "user", params: ["id": "7"])
}

func hosts() -> Router {
    // snippet.hosts
    let api = Router(options: .init(hosts: ["api.example.com"]))
    // snippet.end
    return api
}

func crossOrigin(_ router: Router) {
    // snippet.cors
    router.get("/feed", CORS()) { ctx, _ in ctx.body = .json(["items": []]) }
    // snippet.end
}
