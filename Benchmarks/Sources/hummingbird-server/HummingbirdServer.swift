import Foundation
import Hummingbird
import Logging
import NIOPosix

/// The fixed JSON of koakit-server on Hummingbird 2, through `MIDDLEWARE` middleware that only call `next`.
///
/// The JSON is ready-made bytes, so that no encoder of either side is compared.
@main
enum HummingbirdServer {
    struct PassOn: RouterMiddleware {
        func handle(
            _ request: Request,
            context: BasicRequestContext,
            next: (Request, BasicRequestContext) async throws -> Response
        ) async throws -> Response {
            try await next(request, context)
        }
    }

    static func main() async throws {
        let router = Router()
        for _ in 0..<number("MIDDLEWARE", default: 0) {
            router.add(middleware: PassOn())
        }
        let json = ByteBuffer(string: #"{"code":0,"message":"OK","data":{"hello":"world"}}"#)
        router.get("/") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "application/json; charset=utf-8"],
                body: ResponseBody(byteBuffer: json)
            )
        }
        var logger = Logger(label: "hummingbird")
        logger.logLevel = .warning
        let app = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: number("PORT", default: 3101))
            ),
            eventLoopGroupProvider: .shared(
                MultiThreadedEventLoopGroup(numberOfThreads: number("WORKERS", default: 1))
            ),
            logger: logger
        )
        try await app.runService()
    }

    private static func number(_ name: String, default fallback: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? fallback
    }
}
