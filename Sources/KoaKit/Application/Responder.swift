import Logging
import NIOCore
import NIOHTTP1

/// Makes the reply to an error: the one place where an error becomes a status and a body.
///
/// It gets the error as it was thrown and a context whose response holds only the header fields that survive an error,
/// the error's own fields and its status.
public typealias ErrorShaper = @Sendable (_ error: any Error, _ context: Context) -> Void

/// Hears of every error that reached the top, after the reply was made of it and before that is sent.
///
/// It cannot throw, so it cannot keep the reply from being sent.
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

    /// A context for what the engine itself has to say, where no request can be told.
    func makeContext(on connection: ConnectionInfo) -> Context {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        return makeContext(for: head, content: .empty, connection: connection)
    }

    /// Runs the middleware.
    ///
    /// - Returns: The error that reached the top, to be made a reply of with ``fail(_:with:)``; nil when none did.
    func run(_ context: Context) async -> (any Error)? {
        guard application.settings.keepsCurrentContext else { return await handle(context) }
        return await Context.withCurrent(context) { await handle(context) }
    }

    private func handle(_ context: Context) async -> (any Error)? {
        do {
            try await middleware.handle(context) {}
            return nil
        } catch {
            return error
        }
    }

    /// Replaces whatever the response holds by the reply to `error`.
    func fail(_ context: Context, with error: any Error) {
        shape(context, with: error)
        report(error, in: context)
    }

    /// Replaces whatever the response holds by the reply to `error`, of which nobody else hears.
    func shape(_ context: Context, with error: any Error) {
        context.response.reset(for: HTTPError(error))
        application.shapeError(error, context)
    }

    /// Tells the observers of an error that can no longer become a reply.
    func report(_ error: any Error, in context: Context) {
        observe(context) { for observe in application.observers { observe(error, context) } }
    }

    /// Notes that nobody waits for the reply: the client went away, or was answered in the handler's place.
    ///
    /// No error of the application, whatever it threw on its way out, so no observer of errors hears of it.
    func noteAbandoned(_ context: Context, _ failure: (any Error)?) {
        let reason = failure.map { "\($0)" } ?? "none"
        context.logger.debug("request abandoned", metadata: ["error": "\(reason)"])
        if !context.response.isHeadSent { context.response.reset(for: .clientClosedRequest) }
        observe(context) { for observe in application.abortObservers { observe(context) } }
    }

    /// Calls observers, to whom the context is the current one too.
    private func observe(_ context: Context, _ body: () -> Void) {
        if application.settings.keepsCurrentContext { Context.withCurrent(context, body) } else { body() }
    }

    /// The reply to a request that was refused before any work began, to be sent as it is; the connection closes after.
    ///
    /// No observer hears of it: who sheds load has no time for each. Nil when the error shaper's reply cannot be
    /// written at once.
    func rendering(of refusal: HTTPError, toHead isHead: Bool) -> ByteBuffer? {
        let context = makeContext(on: ConnectionInfo(remoteAddress: nil))
        shape(context, with: refusal)
        let memory = ReplyMemory()
        var renderer = ReplyRenderer(memory)
        guard let reply = try? renderer.render(context.response, isHead: isHead) else { return nil }
        if case .stream = reply.content { return nil }
        var bytes = ByteBuffer()
        let writer = ReplyWriter(memory)
        writer.write(reply, ReplyWriter.Framing(reply, keepsAlive: false, isHTTP10: false), to: &bytes)
        return bytes
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
