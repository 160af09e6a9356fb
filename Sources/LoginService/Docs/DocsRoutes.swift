import Crypto
import FoundationEssentials
import KoaKit

/// `GET /openapi.json` and `GET /docs`: the routes, for programs and for people.
struct DocsRoutes: Sendable {
    private let document: String
    private let page: DocsPage

    /// - Parameters:
    ///   - envelope: Says which statuses clients see.
    ///   - routes: The other routes of the node.
    init(envelope: Envelope, describing routes: Router) {
        let all = Router()
        all.use(routes)
        all.get("/openapi.json") { _, _ in }
        all.get("/docs") { _, _ in }
        document = OpenAPIDocument(envelope: envelope, routes: all.table().routes).json.text
        page = DocsPage()
    }

    func router() -> Router {
        let router = Router()
        router.get("/openapi.json") { ctx, _ in
            ctx.body = .text(document)
            ctx.set("Content-Type", "application/json; charset=utf-8")
            ctx.set("Cache-Control", "no-cache")
            ctx.set("X-Content-Type-Options", "nosniff")
        }
        router.get("/docs") { ctx, _ in
            ctx.body = .text(page.html)
            ctx.set("Content-Type", "text/html; charset=utf-8")
            ctx.set("Content-Security-Policy", page.policy)
            ctx.set("Cache-Control", "no-cache")
            ctx.set("X-Content-Type-Options", "nosniff")
            ctx.set("Referrer-Policy", "no-referrer")
        }
        return router
    }
}
