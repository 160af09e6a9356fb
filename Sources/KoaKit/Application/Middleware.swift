/// What a middleware calls to run everything downstream of it.
///
/// It cannot outlive the call it was passed to, so the Koa mistake "forgot to await `next`" cannot be written. Calling
/// it a second time throws ``HTTPError`` 500 `next() called multiple times`, as koa-compose does.
public typealias Next = () async throws -> Void

/// One layer of the onion: does something, calls `next` to run what is downstream, does something after.
///
/// A middleware is shared by every request on every event loop, so it is `Sendable`; a request's own state lives in its
/// ``Context``. Not calling `next` ends the descent: later middleware do not run, earlier ones still unwind.
public protocol Middleware: Sendable {
    /// Handles one request.
    ///
    /// - Parameters:
    ///   - context: The request and its response; belongs to this request alone.
    ///   - next: Runs the middleware downstream.
    /// - Throws: Anything; an error travels outwards through each `next` until someone recovers, and becomes the reply
    ///   at the top: an ``HTTPError`` with its status, anything else as a 500.
    func handle(_ context: Context, next: Next) async throws
}

/// A middleware written as a closure, Koa's `(ctx, next)`.
public typealias Handler = @Sendable (_ context: Context, _ next: Next) async throws -> Void

/// Makes a ``Middleware`` of a ``Handler``.
struct ClosureMiddleware: Middleware {
    let handler: Handler

    func handle(_ context: Context, next: Next) async throws {
        try await handler(context, next)
    }
}
