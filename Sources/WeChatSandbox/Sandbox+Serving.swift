public import KoaKit
import Logging

extension Sandbox {
    /// The sandbox as an application: WeChat's API and the control plane.
    public func makeApplication() -> Application {
        let app = Application(logger: logger)
        // Longer than any client waits, for calls that are told to hang; those must not hold up the stop.
        app.limits.request = .seconds(120)
        app.limits.shutdown = .milliseconds(100)
        app.limits.linger = .milliseconds(500)
        app.shapeErrors { error, context in
            context.body = .json(["error": .string(HTTPError(error).exposedMessage)])
        }
        app.onError { error, context in
            // A call that hangs to its deadline, to the stop, or until its client goes does what it was told.
            let failure = HTTPError(error)
            guard failure.status >= 500, failure.reason != .handlerTimeout, !(error is CancellationError) else {
                return
            }
            context.logger.error("request failed", metadata: ["error": "\(failure.message)"])
        }
        app.use(ControlPlane(self))
        let api = Router()
        for endpoint in SandboxEndpoint.allCases {
            api.on([], endpoint.path, [APIEndpoint(endpoint: endpoint, sandbox: self)])
        }
        app.use(api.routes())
        app.use(NoSuchPath(sandbox: self))
        return app
    }

    /// Serves the sandbox and returns once it accepts connections.
    ///
    /// - Parameters:
    ///   - host: An address of this machine. Default: `127.0.0.1`.
    ///   - port: Default: 0, any free one; ``RunningSandbox/port`` says which.
    /// - Returns: The sandbox that serves, to be shut down.
    /// - Throws: An error of the socket when the address cannot be bound.
    public func start(host: String = "127.0.0.1", port: Int = 0) async throws -> RunningSandbox {
        RunningSandbox(server: try await makeApplication().start(host: host, port: port))
    }
}

/// A sandbox that serves.
public struct RunningSandbox: Sendable {
    let server: Server

    /// The port, the real one when 0 was asked for.
    public var port: Int { server.port }

    /// What stands in for `https://api.weixin.qq.com`, such as `http://127.0.0.1:3001`; no slash at the end.
    public var baseURL: String { "http://\(server.address)" }

    /// Stops; calls that hang are ended, not waited for.
    public func shutdown() async {
        await server.shutdown()
    }
}
