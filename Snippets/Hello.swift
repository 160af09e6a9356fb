// The smallest application with KoaKit: an onion of middleware and a router.

import KoaKit

let app = Application()
app.use { ctx, next in
    let start = ContinuousClock.now
    try await next()
    ctx.set("X-Response-Time", "\(ContinuousClock.now - start)")
}

struct Greeting: Decodable { let name: String }

let router = Router(prefix: "/hello")
router.get("/:name") { ctx, _ in
    ctx.body = .json(["hello": .string(ctx.params["name"] ?? "")])
}
router.post("/") { ctx, _ in
    let greeting = try await ctx.request.decode(Greeting.self)
    ctx.body = .json(["hello": .string(greeting.name)])
}
app.use(router.routes())
app.use(router.allowedMethods())

try await app.listen(port: 3000)
