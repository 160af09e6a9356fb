public import Logging

/// Logs each request once it is answered: method, route, status and time.
///
/// Koa's `koa-logger`, as one entry with a constant message and the facts as metadata. The path is logged only as the
/// pattern of the matched route and the query never, since both may hold secrets.
public struct AccessLog: Middleware {
    /// What is logged, and how much it matters.
    public struct Options: Sendable {
        /// At which level it logs.
        ///
        /// Default: debug, since a proxy in front usually keeps such a log.
        public var level: Logger.Level
        /// The status that the application's error shaper gives an error; nil for that of ``HTTPError``, and 499 for a
        /// request that was cancelled.
        ///
        /// Default: nil.
        public var statusOfError: (@Sendable (any Error) -> Int)?

        /// Creates options.
        public init(level: Logger.Level = .debug, statusOfError: (@Sendable (any Error) -> Int)? = nil) {
            self.level = level
            self.statusOfError = statusOfError
        }
    }

    private let level: Logger.Level
    private let statusOfError: @Sendable (any Error) -> Int

    /// Creates the middleware.
    public init(_ options: Options = Options()) {
        level = options.level
        statusOfError = options.statusOfError ?? HTTPError.observedStatus
    }

    /// Runs what is downstream and logs the outcome.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: What is downstream throws.
    public func handle(_ context: Context, next: Next) async throws {
        guard context.baseLogger.logLevel <= level else { return try await next() }
        let start = ContinuousClock.now
        do {
            try await next()
        } catch {
            log(context, error, start)
            throw error
        }
        log(context, nil, start)
    }

    private func log(_ context: Context, _ failure: (any Error)?, _ start: ContinuousClock.Instant) {
        let status = context.observedStatus(after: failure, statusOfError)
        context.logger.log(
            level: level,
            "request answered",
            metadata: [
                "method": "\(context.method)", "route": "\(context.routeLabel)",
                "status": "\(status)", "duration": "\(ContinuousClock.now - start)",
            ]
        )
    }
}
