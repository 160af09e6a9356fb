import Foundation
import KoaKit
import NIOCore
import NIOPosix

/// Fixed JSON through any number of middleware, and streams: what the framework itself costs.
///
/// Listens on `PORT` with `WORKERS` event loops, through `MIDDLEWARE` middleware that only call `next`; with `STREAMS=1`
/// it also sends and takes streams.
@main
enum KoaKitServer {
    static func main() async throws {
        let app = Application()
        for _ in 0..<number("MIDDLEWARE", default: 0) {
            app.use { _, next in try await next() }
        }
        if number("STREAMS", default: 0) > 0 { app.use(streams().routes()) }
        app.use { ctx, _ in
            ctx.body = .json(["code": 0, "message": "OK", "data": ["hello": "world"]])
        }
        try await app.listen(
            port: number("PORT", default: 3100),
            on: MultiThreadedEventLoopGroup(numberOfThreads: number("WORKERS", default: 1))
        )
    }

    /// `GET /download?bytes=` sends that many, `PUT /upload` counts what it gets.
    private static func streams() -> Router {
        let chunk = ByteBuffer(repeating: UInt8(ascii: "k"), count: 65_536)
        let router = Router()
        router.get("/download") { ctx, _ in
            let total = ctx.request.query["bytes"].flatMap { Int($0) } ?? 0
            ctx.body = .stream(
                ResponseStream(contentLength: total) { writer in
                    for sent in stride(from: 0, to: total, by: chunk.readableBytes) {
                        let length = min(chunk.readableBytes, total - sent)
                        try await writer.write(chunk.getSlice(at: 0, length: length) ?? chunk)
                    }
                }
            )
        }
        router.put("/upload") { ctx, _ in
            var count = 0
            for try await chunk in ctx.request.body { count += chunk.readableBytes }
            ctx.body = .text("\(count)")
        }
        return router
    }

    private static func number(_ name: String, default fallback: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? fallback
    }
}
