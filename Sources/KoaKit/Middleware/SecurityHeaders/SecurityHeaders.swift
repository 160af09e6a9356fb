/// Sets the header fields by which browsers guard a site, error replies included.
///
/// Koa's `helmet`, with the defaults of its version 8. What is downstream may set any of the fields to another value.
///
/// ```swift
/// var options = SecurityHeaders.Options()
/// options.frameOptions = "DENY"
/// app.use(SecurityHeaders(options))
/// ```
public struct SecurityHeaders: Middleware {
    private let fields: [(name: String, value: String)]
    private let hidesPoweredBy: Bool

    /// Creates the middleware.
    ///
    /// - Parameter options: What it sets. Default: what helmet does.
    public init(_ options: Options = Options()) {
        fields = options.fields
        hidesPoweredBy = options.hidesPoweredBy
    }

    /// Sets the fields and runs what is downstream.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: What is downstream throws.
    public func handle(_ context: Context, next: Next) async throws {
        for field in fields { context.set(field.name, field.value, survivesError: true) }
        defer { if hidesPoweredBy, !context.response.isHeadSent { context.response.remove("X-Powered-By") } }
        try await next()
    }
}
