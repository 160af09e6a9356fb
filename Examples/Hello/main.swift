// The smallest application: one route.
//
//     swift run hello
//     curl http://127.0.0.1:3000/hello/Ann
//
// HOST and PORT choose another address; with PORT=0 the system chooses the port, and the log says which.

import Foundation
import KoaKit

let app = Application()
let router = Router()
router.get("/hello/:name") { ctx, _ in
    ctx.body = .text("Hello, \(ctx.params["name"] ?? "you")!\n")
}
app.use(router.routes())
app.use(router.allowedMethods())

let environment = ProcessInfo.processInfo.environment
try await app.listen(
    host: environment["HOST"] ?? "127.0.0.1",
    port: environment["PORT"].flatMap { Int($0) } ?? 3000
)
