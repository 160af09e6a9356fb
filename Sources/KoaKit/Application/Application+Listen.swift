import Logging
public import NIOPosix

extension Application {
    /// Starts to serve and returns once connections are accepted.
    ///
    /// What is registered afterwards has no effect on the server that was started.
    ///
    /// - Parameter options: Where, over what, and how much at once.
    /// - Returns: The server, which knows its address.
    /// - Throws: ``ListenError`` and ``TLSError``, which say what to do about it.
    public func start(_ options: ServerOptions) async throws -> Server {
        try await Server.start(makeResponder(), limits: limits, options: options)
    }

    /// Starts to serve on a TCP port and returns once connections are accepted.
    ///
    /// - Parameters:
    ///   - host: An address or a name of this machine. Default: `127.0.0.1`.
    ///   - port: 0 for any free one; ``Server/port`` says which.
    ///   - eventLoopGroup: Where connections are served. Default: a group of its own, a loop per core.
    /// - Returns: The server, which knows its address.
    /// - Throws: ``ListenError``, which says what to do about it.
    public func start(
        host: String = "127.0.0.1",
        port: Int,
        on eventLoopGroup: MultiThreadedEventLoopGroup? = nil
    ) async throws -> Server {
        var options = ServerOptions(.host(host, port: port))
        options.eventLoopGroup = eventLoopGroup
        return try await start(options)
    }

    /// Serves until the calling task is cancelled, then stops gracefully.
    ///
    /// Koa's `app.listen`, with its callback. The address is logged, too.
    ///
    /// - Parameters:
    ///   - options: Where, over what, and how much at once.
    ///   - onListening: Called once connections are accepted, with the server. Default: nothing.
    /// - Throws: ``ListenError`` and ``TLSError``, which say what to do about it.
    public func listen(_ options: ServerOptions, onListening: (Server) -> Void = { _ in }) async throws {
        let server = try await start(options)
        logger.info("listening", metadata: ["address": "\(server.address)"])
        onListening(server)
        let (cancellation, continuation) = AsyncStream<Never>.makeStream()
        await withTaskCancellationHandler {
            for await _ in cancellation {}
        } onCancel: {
            continuation.finish()
        }
        await server.shutdown()
    }

    /// Serves on a TCP port until the calling task is cancelled, then stops gracefully.
    ///
    /// - Parameters:
    ///   - host: An address or a name of this machine. Default: `127.0.0.1`.
    ///   - port: 0 for any free one; the log says which.
    ///   - eventLoopGroup: Where connections are served. Default: a group of its own, a loop per core.
    ///   - onListening: Called once connections are accepted, with the server. Default: nothing.
    /// - Throws: ``ListenError``, which says what to do about it.
    public func listen(
        host: String = "127.0.0.1",
        port: Int,
        on eventLoopGroup: MultiThreadedEventLoopGroup? = nil,
        onListening: (Server) -> Void = { _ in }
    ) async throws {
        var options = ServerOptions(.host(host, port: port))
        options.eventLoopGroup = eventLoopGroup
        try await listen(options, onListening: onListening)
    }
}
