import Logging
import NIOCore
public import NIOPosix

extension Application {
    /// Starts to serve and returns once connections are accepted.
    ///
    /// What is registered afterwards has no effect on the server that was started.
    ///
    /// - Parameters:
    ///   - host: An address or a name of this machine. Default: `127.0.0.1`.
    ///   - port: 0 for any free one; ``Server/port`` says which.
    ///   - eventLoopGroup: Where connections are served. Default: a group of its own, a loop per core.
    /// - Returns: The server, which accepts connections.
    /// - Throws: An error of the socket when the address cannot be bound.
    public func start(
        host: String = "127.0.0.1",
        port: Int,
        on eventLoopGroup: MultiThreadedEventLoopGroup? = nil
    ) async throws -> Server {
        try await Server.start(
            makeResponder(),
            limits: limits,
            host: host,
            port: port,
            group: eventLoopGroup ?? MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount),
            ownsGroup: eventLoopGroup == nil
        )
    }

    /// Serves until the calling task is cancelled, then stops gracefully.
    ///
    /// Koa's `app.listen`.
    ///
    /// - Parameters:
    ///   - host: An address or a name of this machine. Default: `127.0.0.1`.
    ///   - port: 0 for any free one; the log says which.
    /// - Throws: An error of the socket when the address cannot be bound.
    public func listen(host: String = "127.0.0.1", port: Int) async throws {
        let server = try await start(host: host, port: port)
        logger.info("listening", metadata: ["address": "\(server.address)"])
        let (cancellation, continuation) = AsyncStream<Never>.makeStream()
        await withTaskCancellationHandler {
            for await _ in cancellation {}
        } onCancel: {
            continuation.finish()
        }
        await server.shutdown()
    }
}
