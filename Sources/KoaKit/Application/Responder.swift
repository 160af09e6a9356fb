import Logging
import NIOHTTP1

/// Makes the reply to an error: the one place where an error becomes a status and a body.
///
/// It gets the error as it was thrown and a context whose response holds only the header fields that survive an error,
/// the error's own fields and its status.
public typealias ErrorShaper = @Sendable (_ error: any Error, _ context: Context) -> Void

/// Hears of every error that reached the top, after the reply was made of it.
///
/// It cannot throw and cannot change it.
public typealias ErrorObserver = @Sendable (_ error: any Error, _ context: Context) -> Void

/// Hears of every request that nobody waits for any more: its client left, or its time was up, before it was handled.
public typealias AbortObserver = @Sendable (_ context: Context) -> Void

/// What serves: an application's middleware and settings, frozen.
struct Responder: Sendable {
    let middleware: any Middleware
    let application: FrozenApplication

    /// A fresh context for a request.
    func makeContext(for head: HTTPRequestHead, content: RequestContent, connection: ConnectionInfo) -> Context {
        Context(request: Request(head, content: content, connection: connection, application), application)
    }

    /// Runs the middleware; an error becomes a response.
    ///
    /// Never throws.
    func respond(to context: Context) async {
        guard application.settings.keepsCurrentContext else { return await handle(context) }
        await Context.withCurrent(context) { await handle(context) }
    }

    private func handle(_ context: Context) async {
        do {
            try await middleware.handle(context) {}
        } catch {
            // What fails because nobody waits for it is no fault of the application.
            if Task.isCancelled { abandon(context) } else { fail(context, with: error) }
        }
    }

    /// Ends a request that nobody waits for.
    private func abandon(_ context: Context) {
        context.response.reset(for: .clientClosedRequest)
        for observe in application.abortObservers { observe(context) }
    }

    /// Replaces whatever the response holds by the reply to `error`.
    func fail(_ context: Context, with error: any Error) {
        context.response.reset(for: HTTPError(error))
        application.shapeError(error, context)
        for observe in application.observers { observe(error, context) }
    }

    /// Koa's own reply: text/plain, the message if the error is exposed, else the reason phrase.
    static let shapeAsText: ErrorShaper = { error, context in
        context.body = .text(HTTPError(error).exposedMessage)
        context.set("Content-Type", "text/plain; charset=utf-8")
    }

    /// Koa's own logger: faults only, quiet for 404 and for what the client was told.
    static let logFault: ErrorObserver = { error, context in
        let failure = HTTPError(error)
        guard !failure.isExposed, failure.status != 404, !context.app.isSilent else { return }
        context.logger.error("request failed", metadata: ["error": "\(error)"])
    }
}

extension HTTPError {
    /// What nginx logs of a client that left; no client ever sees it.
    fileprivate static let clientClosedRequest = HTTPError(499, "the client closed the request", isExposed: false)
}
