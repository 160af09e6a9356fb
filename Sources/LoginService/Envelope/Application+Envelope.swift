import CoreMetrics
import KoaKit
import Logging

/// What both listeners have in common.
extension Application {
    /// An application that answers errors in the envelope, logs those that are for the operator, counts requests and
    /// names them.
    ///
    /// - Parameters:
    ///   - envelope: What errors are told in.
    ///   - logger: Where it logs.
    ///   - metrics: Where requests are counted. Default: nowhere.
    convenience init(answeringIn envelope: Envelope, logger: Logger, metrics: (any MetricsFactory)? = nil) {
        self.init(logger: logger)
        shapeErrors { error, ctx in envelope.shape(error, ctx) }
        onError(Failure.log)
        let statusOfError: @Sendable (any Error) -> Int = { envelope.httpStatus(of: Failure($0)) }
        if let metrics {
            var options = RequestMetrics.Options()
            options.factory = metrics
            options.statusOfError = statusOfError
            use(RequestMetrics(options))
        }
        use(RequestID())
        // A layer that would never log is a layer for nothing.
        if logger.logLevel <= .debug { use(AccessLog(.init(statusOfError: statusOfError))) }
    }

    /// Serves the routes of a router, and says of everything else that it is not there.
    func serve(_ router: Router) {
        use(router.routes())
        // Inside the routes, where only what none of them answers arrives.
        use { ctx, next in
            try await next()
            if ctx.response.isUnanswered { throw HTTPError(404, "no such path") }
        }
        // A method that no route of ours has is refused as any other: it makes no path exist, nor stop existing.
        use(
            router.allowedMethods(
                throwing: true,
                notImplemented: { allow in allow.isEmpty ? HTTPError(404, "no such path") : HTTPError(405) }
            ))
    }
}

extension Failure {
    /// A fault of ours or of a neighbour's is for the operator; what a client did wrong is not.
    static func log(_ error: any Error, _ context: Context) {
        let failure = Failure(error)
        let cause = failure.underlying.map { "\($0)" } ?? failure.message
        let metadata: Logger.Metadata = [
            "code": "\(failure.code.rawValue)", "reason": "\(failure.reason)", "cause": "\(cause)",
            "route": "\(context.routeLabel)",
        ]
        switch failure.code {
        case .internalFault: context.logger.error("request failed", metadata: metadata)
        case .weChatUnavailable, .sessionStoreUnavailable, .userStoreUnavailable, .weChatQuota, .overloaded:
            context.logger.warning("request failed", metadata: metadata)
        default: context.logger.debug("request refused", metadata: metadata)
        }
    }
}
