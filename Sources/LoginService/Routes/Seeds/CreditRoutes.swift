import KoaKit
import Logging
import WeChatAPI

/// `/login`, `/credit` and `/userinfo`, as one of the older systems has them: `{"err":"…"}` says what went wrong.
struct CreditRoutes: Sendable {
    let envelope: Envelope
    let flow: LoginFlow
    let users: any UserStore
    let sessions: any SessionStore
    let profiles: OpenProfileImport
    private let reader: TokenReader

    /// How large a body of `/userinfo` may be.
    static let maximumProfileBytes = 262_144

    init(
        envelope: Envelope, flow: LoginFlow, users: any UserStore, sessions: any SessionStore, tokens: AcceptedTokens,
        profiles: OpenProfileImport
    ) {
        self.envelope = envelope
        self.flow = flow
        self.users = users
        self.sessions = sessions
        self.profiles = profiles
        reader = TokenReader(readsQuery: true, accepted: tokens)
    }

    func router() -> Router {
        let router = Router()
        router.use(SeedFailures(envelope: envelope, shape: Self.body))
        router.post("/login") { ctx, _ in try await logIn(ctx) }
        router.get("/credit") { ctx, _ in try await showCredit(ctx) }
        router.post("/userinfo") { ctx, _ in try await takeProfile(ctx) }
        return router
    }

    private static func body(of failure: Failure) -> JSONValue {
        let text = JSONValue.string(failure.isAbsence ? "用户不存在，或未登录。" : failure.message)
        // What a client mends by itself, with another wx.login, it must be able to tell from the rest.
        guard failure.code == .staleSessionKey else { return ["err": text] }
        return ["err": text, "code": .integer(Int64(failure.code.rawValue)), "reason": .string(failure.reason)]
    }

    private struct LoginRequest: Decodable {
        let code: String?
        let appid: String?
    }

    private func logIn(_ ctx: Context) async throws {
        let request = try await ctx.request.decodeSeedBody(LoginRequest.self)
        let login = try await flow.logIn(
            code: LoginCode(presented: request.code),
            of: flow.programs.named(by: ctx.request, field: request.appid), style: .opaque,
            for: LoginClient(ctx, reader: reader))
        ctx.answer(["token": .string(login.token.rawValue)])
    }

    private func showCredit(_ ctx: Context) async throws {
        guard let user = try await users.user(session(of: ctx).userID) else { throw Failure.notLoggedIn }
        ctx.answer(["credit": .integer(user.credit)])
    }

    private func takeProfile(_ ctx: Context) async throws {
        let session = try await session(of: ctx)
        let request = try await ctx.request.decodeSeedBody(SignedOpenData.Fields.self, upTo: Self.maximumProfileBytes)
        let profile = try await profiles.take(SignedOpenData(request), of: session)
        ctx.answer(["userInfo": profile])
    }

    private func session(of ctx: Context) async throws(Failure) -> Session {
        guard let token = try reader.token(of: ctx.request), let session = try await sessions.session(for: token) else {
            throw .notLoggedIn
        }
        return session
    }
}
