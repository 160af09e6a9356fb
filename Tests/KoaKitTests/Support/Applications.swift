import KoaKit
import KoaTesting
import Logging

extension Application {
    /// An application that logs nothing.
    static func quiet() -> Application {
        Application(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// `/echo` answers the body, anything else method and path, without a look at the body.
    static func echo() -> Application {
        let app = Application.quiet()
        app.use { ctx, _ in
            if ctx.path == "/echo" {
                ctx.body = .bytes(try await ctx.request.bytes())
            } else {
                ctx.body = .text("\(ctx.method) \(ctx.path)")
            }
        }
        return app
    }

    /// Serves to one raw connection.
    func serve<Result>(
        timeout: Duration = RawConnection.defaultTimeout,
        _ body: (RawConnection) async throws -> Result
    ) async throws -> Result {
        try await withServer { server in
            let connection = try await RawConnection.connect(port: server.port, timeout: timeout)
            let result = try await body(connection)
            await connection.close()
            return result
        }
    }
}
