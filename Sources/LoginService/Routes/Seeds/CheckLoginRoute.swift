import KoaKit

/// `GET /checklogin?token=`: whether a token is a live session, in the older system's own shape.
struct CheckLoginRoute: Sendable {
    let sessions: any SessionStore
    private let reader: TokenReader
    private static let loggedIn = Body.json(["is_login": true])
    private static let notLoggedIn = Body.json(["is_login": false])

    init(sessions: any SessionStore, tokens: AcceptedTokens) {
        self.sessions = sessions
        reader = TokenReader(readsQuery: true, accepted: tokens)
    }

    func router() -> Router {
        Router().get("/checklogin") { ctx, _ in try await check(ctx) }
    }

    /// "Not logged in" is an answer; a store that cannot say is an error in the envelope, never `false`.
    private func check(_ ctx: Context) async throws {
        guard let token = try reader.token(of: ctx.request) else { return answer(ctx, false) }
        let session = try await sessions.session(for: token)
        answer(ctx, session != nil)
    }

    private func answer(_ ctx: Context, _ isLoggedIn: Bool) {
        ctx.body = isLoggedIn ? Self.loggedIn : Self.notLoggedIn
        ctx.set("Cache-Control", "no-store")
    }
}
