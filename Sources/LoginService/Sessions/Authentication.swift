import KoaKit

/// Lets a request pass whose token is a live session, and puts the session into its state.
struct Authentication: Middleware {
    let sessions: any SessionStore
    private let reader: TokenReader
    private let isSensitive: Bool

    /// - Parameters:
    ///   - sessions: Where sessions are looked up.
    ///   - tokens: What a token may look like.
    ///   - isSensitive: Whether the routes behind do what no session may that is ending: they ask Redis, and not what a
    ///     node has in its memory, and once the whole request is there. Default: false.
    init(sessions: any SessionStore, tokens: AcceptedTokens, isSensitive: Bool = false) {
        self.sessions = sessions
        self.isSensitive = isSensitive
        reader = TokenReader(readsQuery: false, accepted: tokens)
    }

    func handle(_ context: Context, next: Next) async throws {
        guard let token = try reader.token(of: context.request) else { throw Failure.notLoggedIn }
        // Whoever sends the body slowly would else act with a session that ended meanwhile.
        if isSensitive { _ = try await context.request.bytes() }
        guard let session = try await session(for: token) else {
            throw Failure.notLoggedIn(try await sessions.absence(of: token))
        }
        context.state[Current.self] = Current(token: token, session: session)
        try await next()
    }

    private func session(for token: SessionToken) async throws(Failure) -> Session? {
        isSensitive ? try await sessions.currentSession(for: token) : try await sessions.session(for: token)
    }

    /// Who sent the request.
    struct Current: StateKey {
        typealias Value = Current

        let token: SessionToken
        let session: Session
    }
}

extension Context {
    /// Who sent the request.
    ///
    /// - Throws: ``Failure`` 10001 on a route that does not stand behind ``Authentication``: refusing is the safe mistake.
    func authenticated() throws(Failure) -> Authentication.Current {
        guard let current = state[Authentication.Current.self] else { throw .notLoggedIn }
        return current
    }
}
