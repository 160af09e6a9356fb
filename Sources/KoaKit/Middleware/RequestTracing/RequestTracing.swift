import NIOHTTP1
public import Tracing

/// Opens a span for each request, as part of the caller's trace, and binds it for what is downstream.
///
/// The caller's trace is read from the request's header fields by the tracer's own rule, `traceparent` and `tracestate`
/// with W3C's. The span is named by method and route and carries OpenTelemetry's attributes for HTTP. Path and query may
/// hold secrets, and so may an error's text: none of them is recorded, only the route's pattern and the error's type.
///
/// Downstream, `ServiceContext.current` is the span's, so that clients and log handlers go on with the trace.
public struct RequestTracing: Middleware {
    /// Where spans go and how errors count.
    public struct Options: Sendable {
        /// Makes the spans; nil for what `InstrumentationSystem` was bootstrapped with.
        ///
        /// Default: nil.
        public var tracer: (any Tracer)?
        /// The status that the application's error shaper gives an error.
        ///
        /// Default: that of ``HTTPError``, and 499 for a request that was cancelled.
        public var statusOfError: @Sendable (any Error) -> Int = HTTPError.observedStatus

        /// Creates the defaults.
        public init() {}
    }

    private let options: Options

    /// Creates the middleware.
    ///
    /// - Parameter options: Where spans go and how errors count. Default: the bootstrapped tracer.
    public init(_ options: Options = Options()) {
        self.options = options
    }

    /// Runs what is downstream within a span.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: What is downstream throws.
    public func handle(_ context: Context, next: Next) async throws {
        let instrument: any Instrument = options.tracer ?? InstrumentationSystem.instrument
        var parent = ServiceContext.current ?? .topLevel
        instrument.extract(context.request.headers, into: &parent, using: RequestFieldExtractor())
        let tracer = options.tracer ?? InstrumentationSystem.tracer
        let span: any Span = tracer.startSpan(context.method.label, context: parent, ofKind: .server)
        defer { span.end() }
        let version = context.request.connection.version
        span.attributes["http.request.method"] = context.method.label
        span.attributes["url.scheme"] = context.request.scheme
        span.attributes["network.protocol.version"] =
            version.minor == 0 && version.major > 1 ? "\(version.major)" : "\(version.major).\(version.minor)"
        do {
            try await ServiceContext.withValue(span.context) { try await next() }
        } catch {
            describe(span, context, error)
            throw error
        }
        describe(span, context, nil)
    }

    /// What is known only once the request was routed and answered.
    private func describe(_ span: any Span, _ context: Context, _ failure: (any Error)?) {
        let status = context.observedStatus(after: failure, options.statusOfError)
        if let route = context.matchedRoute {
            span.operationName = "\(context.method.label) \(route)"
            span.attributes["http.route"] = route
        }
        span.attributes["http.response.status_code"] = status
        // By OpenTelemetry's rule, what a client did wrong is no error of the server's.
        guard status >= 500 else { return }
        span.setStatus(SpanStatus(code: .error))
        let error: (any Error)? = context.imposedError ?? failure
        span.attributes["error.type"] = error.map { "\(type(of: $0))" } ?? String(status)
    }
}
