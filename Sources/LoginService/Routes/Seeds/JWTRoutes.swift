import KoaKit
import Logging
import WeChatAPI

/// `/auth` and `/isAuth`, as one of the older systems has them: a code that is a string, a message and, on success,
/// data.
struct JWTRoutes: Sendable {
    let envelope: Envelope
    let flow: LoginFlow
    let sessions: any SessionStore
    private let reader: TokenReader

    init(envelope: Envelope, flow: LoginFlow, sessions: any SessionStore, tokens: AcceptedTokens) {
        self.envelope = envelope
        self.flow = flow
        self.sessions = sessions
        reader = TokenReader(readsQuery: false, accepted: tokens)
    }

    func router() -> Router {
        let logIns = Router()
        logIns.use(SeedFailures(envelope: envelope, shape: Self.refusal))
        logIns.get("/auth") { ctx, _ in try await logIn(ctx) }
        let checks = Router()
        checks.use(SeedFailures(envelope: envelope, shape: Self.denial))
        checks.post("/isAuth") { ctx, _ in try await check(ctx) }
        return Router().use(logIns).use(checks)
    }

    private static func body(_ code: String, _ message: String, _ data: JSONValue? = nil) -> JSONValue {
        var members = [JSONMember("code", .string(code)), JSONMember("message", .string(message))]
        if let data { members.append(JSONMember("data", data)) }
        return .object(members)
    }

    /// WeChat's number where WeChat refused, and ours where WeChat has none.
    private static func refusal(_ failure: Failure) -> JSONValue {
        body(String(failure.errcode ?? failure.code.rawValue), failure.message)
    }

    private func logIn(_ ctx: Context) async throws {
        let codes = ctx.request.query.all("code")
        guard codes.count < 2 else { throw Failure.invalidParameter("code must be there once") }
        let appIDs = ctx.request.query.all("appid")
        guard appIDs.count < 2 else { throw Failure.invalidParameter("appid must be there once") }
        let login = try await flow.logIn(
            code: LoginCode(presented: codes.first),
            of: flow.programs.named(by: ctx.request, field: appIDs.first), style: .jwt,
            for: LoginClient(ctx, reader: reader))
        ctx.answer(Self.body("200", "登录", ["token": .string(login.token.rawValue)]))
    }

    /// A bad token, an expired one and a revoked one are one to the clients of this system.
    private static func denial(_ failure: Failure) -> JSONValue {
        switch failure.reason {
        case Failure.missingToken.reason: body("10119", "token必须传递")
        case _ where failure.isAbsence: body("10200", "token已过期")
        default: body(String(failure.code.rawValue), failure.message)
        }
    }

    private struct CheckRequest: Decodable {
        let token: String?
    }

    private func check(_ ctx: Context) async throws {
        let request = try await ctx.request.decodeSeedBody(CheckRequest.self)
        guard let text = try reader.presented(by: ctx.request, field: request.token) else { throw Failure.missingToken }
        guard let token = reader.accepted.token(text), let session = try await sessions.session(for: token) else {
            throw Failure.notLoggedIn
        }
        ctx.answer(Self.body("200", "验证成功", .string(String(session.userID))))
    }
}
