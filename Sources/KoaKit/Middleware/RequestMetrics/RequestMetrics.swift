public import CoreMetrics

/// Counts requests, times them and says how many are in flight, by method, matched route and status.
///
/// A path is never a label, only the pattern of the route that matched, so that the number of series is that of the
/// application's routes. Failures are recorded too, with the status of the error. The time is that of what is
/// downstream: a body that is streamed afterwards is not in it.
///
/// Made after `MetricsSystem.bootstrap`, whose factory it takes.
public struct RequestMetrics: Middleware {
    /// Names and bounds of the metrics.
    public struct Options: Sendable {
        /// Makes the metrics; nil for the factory of `MetricsSystem`.
        ///
        /// Default: nil.
        public var factory: (any MetricsFactory)?
        /// The counter of requests.
        ///
        /// Default: `http.server.requests`.
        public var requestsLabel = "http.server.requests"
        /// The timer of requests.
        ///
        /// Default: `http.server.request.duration`.
        public var durationLabel = "http.server.request.duration"
        /// The meter of requests that are being handled, without dimensions.
        ///
        /// Default: `http.server.active_requests`.
        public var inFlightLabel = "http.server.active_requests"
        /// The route of requests that no route matched.
        ///
        /// Default: `unmatched`.
        public var unmatchedRoute = "unmatched"
        /// How many combinations of method, route and status are told apart; further ones are recorded together, with
        /// the route `overflow`.
        ///
        /// Default: 1,000.
        public var maximumSeries = 1_000
        /// Paths that are not recorded, such as that of the metrics themselves.
        ///
        /// Default: none.
        public var excludedPaths: Set<String> = []
        /// The status that the application's error shaper gives an error.
        ///
        /// Default: that of ``HTTPError``, and 499 for a request that was cancelled.
        public var statusOfError: @Sendable (any Error) -> Int = HTTPError.observedStatus
        /// What time it is.
        ///
        /// Default: that of the continuous clock.
        public var now: @Sendable () -> ContinuousClock.Instant = { .now }

        /// Creates the defaults.
        public init() {}
    }

    private let recorder: RequestRecorder

    /// Creates the middleware and its meter.
    ///
    /// - Parameter options: Names and bounds of the metrics. Default: the names of OpenTelemetry.
    public init(_ options: Options = Options()) {
        recorder = RequestRecorder(options)
    }

    /// Runs what is downstream and records the outcome.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: What is downstream throws.
    public func handle(_ context: Context, next: Next) async throws {
        guard recorder.isRecorded(context) else { return try await next() }
        let start = recorder.begin()
        do {
            try await next()
        } catch {
            recorder.end(context, error, since: start)
            throw error
        }
        recorder.end(context, nil, since: start)
    }
}
