import Foundation
import KoaKit

/// Fixed JSON through six middleware: what the framework itself costs.
///
/// Listens on `PORT`.
@main
enum FixedJSONServer {
    static func main() async throws {
        let app = Application()
        for _ in 0..<6 {
            app.use { _, next in try await next() }
        }
        app.use { ctx, _ in
            ctx.body = .json(["code": 0, "message": "OK", "data": ["hello": "world"]])
        }
        try await app.listen(port: Int(ProcessInfo.processInfo.environment["PORT"] ?? "") ?? 3100)
    }
}
