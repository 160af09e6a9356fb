import Foundation
import KoaKit
import NIOPosix

/// Fixed JSON through six middleware: what the framework itself costs.
///
/// Listens on `PORT` with `WORKERS` event loops.
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
        let workers = number("WORKERS") ?? 1
        try await app.listen(
            port: number("PORT") ?? 3100,
            on: MultiThreadedEventLoopGroup(numberOfThreads: workers)
        )
    }

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }
}
