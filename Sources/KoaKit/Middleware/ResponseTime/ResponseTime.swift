/// Tells the client how long its reply took to make, in `X-Response-Time`, error replies included.
///
/// The time is that of what is downstream: a body that is streamed afterwards is not in it. A head that was sent early
/// (``Context/flushHeaders()``) goes without.
public struct ResponseTime: Middleware {
    /// How the time is written.
    public struct Options: Sendable {
        /// The name of the field.
        ///
        /// Default: `X-Response-Time`.
        public var field = "X-Response-Time"
        /// Whether microseconds are told, as `1.234ms`; else whole milliseconds, as `1ms`.
        ///
        /// Default: false.
        public var isFractional = false
        /// What time it is.
        ///
        /// Default: that of the continuous clock.
        public var now: @Sendable () -> ContinuousClock.Instant = { .now }

        /// Creates the defaults.
        public init() {}
    }

    private let options: Options

    /// Creates the middleware.
    ///
    /// - Parameter options: How the time is written. Default: whole milliseconds.
    public init(_ options: Options = Options()) {
        self.options = options
    }

    /// Runs what is downstream and sets the field.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: What is downstream throws.
    public func handle(_ context: Context, next: Next) async throws {
        let start = options.now()
        defer {
            if !context.response.isHeadSent {
                context.set(options.field, text(of: options.now() - start), survivesError: true)
            }
        }
        try await next()
    }

    private func text(of duration: Duration) -> String {
        let microseconds = duration / .microseconds(1)
        guard options.isFractional else { return "\(Int((microseconds / 1_000).rounded()))ms" }
        let whole = Int(microseconds.rounded())
        return "\(whole / 1_000).\(String(whole % 1_000 + 1_000).dropFirst())ms"
    }
}
