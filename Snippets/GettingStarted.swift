// An application of thirty lines: an onion of middleware, a router, JSON both ways, errors that say what is wrong.

import KoaKit

struct Greeting: Codable { let name: String }

let app = Application()
app.use(RequestID())
app.use(AccessLog(.init(level: .info)))
app.use { ctx, next in
    let start = ContinuousClock.now
    try await next()
    ctx.set("X-Response-Time", "\((ContinuousClock.now - start) / .milliseconds(1))ms")
}

let router = Router(prefix: "/hello")
router.get("/:name") { ctx, _ in
    ctx.body = .text("Hello, \(ctx.params["name"] ?? "you")!")
}
router.post("/") { ctx, _ in
    let greeting = try await ctx.request.decode(Greeting.self)
    guard !greeting.name.isEmpty else { throw HTTPError(400, "name is empty") }
    ctx.status = 201
    ctx.body = .json(greeting)
}
app.use(router.routes())
app.use(router.allowedMethods())

try await app.listen(port: 3000)
