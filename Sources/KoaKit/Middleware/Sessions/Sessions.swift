import Logging

/// Keeps values of a visitor between requests, in a store; the cookie holds a random identifier only.
///
/// ```swift
/// app.use(Sessions(in: MemorySessionStore()))
/// app.use { ctx, next in
///     try ctx.session[Visits.self] = (ctx.session[Visits.self] ?? 0) + 1
///     try await next()
/// }
/// ```
///
/// - A request without the cookie does not reach the store, and a visitor of whom nothing is kept gets no cookie.
/// - The session is stored after what is downstream has finished, when something changed, even when it threw; the
///   cookie stands in the error reply too.
/// - Requests of one session may run at once. Each stores the values it changed over what the others stored: of two
///   that change the same value the last one wins, and other values are not lost. A session that ended or got another
///   identifier meanwhile stays so: what a late request changed is dropped.
/// - A store that cannot answer makes the reply 503: no request goes on with an empty session.
public struct Sessions: Middleware {
    private let store: any SessionStore
    private let options: Options

    /// Creates the middleware.
    ///
    /// - Parameters:
    ///   - store: Where the values are kept.
    ///   - options: Default: the default of each. A time to live that is not more than zero traps.
    public init(in store: any SessionStore, options: Options = Options()) {
        precondition(options.timeToLive > .zero, "a session lives for some time")
        self.store = store
        self.options = options
    }

    /// Reads the session, runs what is downstream and stores what it changed.
    ///
    /// Inside another `Sessions` it does nothing.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: What is downstream throws, ``HTTPError`` 503 when the store cannot answer, 500 for values that cannot
    ///   be stored, and ``CookieError`` for attributes that the cookie cannot have.
    public func handle(_ context: Context, next: Next) async throws {
        guard context.state[CurrentSession.self] == nil else { return try await next() }
        let cookie = try context.cookies.get(options.cookieName, signed: options.cookie.isSigned ?? false)
        let exchange = SessionExchange(
            store: store,
            options: options,
            stored: try await read(cookie, for: context),
            hasCookie: cookie != nil
        )
        let session = Session(exchange.stored, logger: context.logger)
        context.state[CurrentSession.self] = session
        do {
            try await next()
        } catch {
            do {
                try await exchange.finish(session, context)
            } catch let failure {
                // What went wrong first is what the client is told.
                context.logger.error("session not stored", metadata: ["error": "\(failure)"])
            }
            throw error
        }
        try await exchange.finish(session, context)
    }

    private func read(_ cookie: String?, for context: Context) async throws -> StoredSession? {
        guard let cookie else { return nil }
        guard let id = SessionID(cookie) else {
            context.logger.debug("session invalid", metadata: ["session.reason": "the cookie is no identifier"])
            return nil
        }
        guard let (record, timeToLive) = try await store.answer({ try await $0.get(id.storeKey) }) else {
            context.logger.debug("session missed")
            return nil
        }
        guard timeToLive > .zero else {
            context.logger.debug("session expired")
            return nil
        }
        guard let stored = StoredSession(id, record, timeToLive: timeToLive) else {
            context.logger.debug("session invalid", metadata: ["session.reason": "the record is no JSON object"])
            return nil
        }
        return stored
    }
}
