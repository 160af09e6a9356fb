import KoaKit

/// Lets a request pass whose token is a live session, and puts the session into its state.
struct Authentication: Middleware {
    let sessions: any SessionStore
    private let reader: TokenReader

    init(sessions: any SessionStore, tokenStyle: TokenStyle) {
        self.sessions = sessions
        reader = TokenReader(readsQuery: false, style: tokenStyle)
    }

    func handle(_ context: Context, next: Next) async throws {
        guard let token = try reader.token(of: context.request),
            let session = try await sessions.session(for: token)
        else { throw Failure.notLoggedIn }
        context.state[Current.self] = Current(token: token, session: session)
        try await next()
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
