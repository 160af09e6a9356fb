import Foundation
import KoaKit
import NIOPosix

/// Fixed JSON through any number of middleware, and streams: what the framework itself costs.
///
/// Listens on `PORT` with `WORKERS` event loops, through `MIDDLEWARE` middleware that only call `next`.
@main
enum KoaKitServer {
    static func main() async throws {
        let app = Application()
        for _ in 0..<number("MIDDLEWARE", default: 0) {
            app.use { _, next in try await next() }
        }
        app.use { ctx, _ in
            ctx.body = .json(["code": 0, "message": "OK", "data": ["hello": "world"]])
        }
        try await app.listen(
            port: number("PORT", default: 3100),
            on: MultiThreadedEventLoopGroup(numberOfThreads: number("WORKERS", default: 1))
        )
    }

    private static func number(_ name: String, default fallback: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? fallback
    }
}
