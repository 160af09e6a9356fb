/// Throws an error status that has no body, so that the error shaper words that reply like all others.
///
/// For a path that nothing answered, a method that no route takes, and handlers that set a status alone: Koa answers
/// those with the reason phrase as text, whatever the shape of its errors. Stands outside the router.
public struct BareErrors: Middleware {
    /// Creates the middleware.
    public init() {}

    /// Runs what is downstream and throws what it left without a body.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: ``HTTPError`` with the status, its message and the header fields that were set; else what is downstream
    ///   throws.
    public func handle(_ context: Context, next: Next) async throws {
        try await next()
        guard !context.response.isHeadSent, case .unset = context.body, (400...599).contains(context.status) else {
            return
        }
        throw HTTPError(context.status, context.message, isExposed: true, headers: context.response.headers)
    }
}
