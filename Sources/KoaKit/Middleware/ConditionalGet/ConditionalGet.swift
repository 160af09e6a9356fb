/// Answers 304 without content to a client whose copy is still good.
///
/// It goes outside of what sets `ETag` or `Last-Modified`, such as ``EntityTags``.
public struct ConditionalGet: Middleware {
    /// Creates the middleware.
    public init() {}

    /// Runs what is downstream, and drops its content if the client has it.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: What is downstream throws.
    public func handle(_ context: Context, next: Next) async throws {
        try await next()
        guard !context.response.isHeadSent, context.isFresh else { return }
        context.status = 304
        context.body = .empty
    }
}
