import KoaKit
import Logging
import WeChatAPI

/// The main job: `/user/…`, in the envelope.
struct UserRoutes: Sendable {
    let flow: LoginFlow
    let users: any UserStore
    let sessions: any SessionStore
    let events: LoginEvents
    let tokens: AcceptedTokens
    /// What a login gives: `TOKEN_STYLE`.
    let tokenStyle: TokenStyle
    /// Whether a user may bind a phone by naming it, which proves nothing.
    let acceptsSelfAssertedPhone: Bool
    /// `STEP_UP`: how long a proof of who the user is lasts; nil where none is asked for.
    let stepUp: Duration?

    func router() -> Router {
        let router = Router(prefix: "/user")
        router.post("/wechatlogin") { ctx, _ in try await logIn(ctx) }
        let member = Router()
        member.use(Authentication(sessions: sessions, tokens: tokens))
        member.get("/me") { ctx, _ in try await showProfile(ctx) }
        member.put("/info") { ctx, _ in try await updateProfile(ctx) }
        member.post("/logout") { ctx, _ in try await logOut(ctx) }
        member.use(SessionRoutes(sessions: sessions, events: events).router())
        let sensitive = Router()
        sensitive.use(Authentication(sessions: sessions, tokens: tokens, isSensitive: true))
        // Where it is off, that is what a client is told.
        let proof = RecentVerification(sessions: sessions, timeToLive: acceptsSelfAssertedPhone ? stepUp : nil)
        sensitive.post("/login", proof) { ctx, _ in try await bindSelfAssertedPhone(ctx) }
        let phone = PhoneRoute(
            programs: flow.programs, users: users, events: events,
            verification: RecentVerification(sessions: sessions, timeToLive: stepUp))
        sensitive.use(phone.router())
        if let stepUp { sensitive.use(VerificationRoute(flow: flow, timeToLive: stepUp).router()) }
        return router.use(member).use(sensitive)
    }

    private struct LoginRequest: Decodable {
        let code: String
        /// The mini program, where a service has several.
        let appid: String?
        /// Not `device`, which a client of an older system may send with a meaning of its own.
        let deviceName: String?
    }

    private func logIn(_ ctx: Context) async throws {
        let request = try await ctx.request.decode(LoginRequest.self)
        let code = try LoginCode(presented: request.code)
        let program = try flow.programs.named(by: ctx.request, field: request.appid)
        let device = try request.deviceName.map { (text) throws(Failure) in
            guard let device = DeviceLabel(text) else {
                throw .invalidParameter(
                    "deviceName must have 1 to \(DeviceLabel.maximumCharacters) printable characters")
            }
            return device
        }
        let client = try LoginClient(ctx, reader: TokenReader(readsQuery: false, accepted: tokens))
        let login = try await flow.logIn(code: code, of: program, style: tokenStyle, device: device, for: client)
        Envelope.succeed(
            ctx,
            data: [
                "token": .string(login.token.rawValue),
                "expiresIn": .integer(login.timeToLive.components.seconds),
            ]
        )
    }

    private func showProfile(_ ctx: Context) async throws {
        let session = try ctx.authenticated().session
        // A session whose user is gone from the database is nobody's.
        guard let user = try await users.user(session.userID) else { throw Failure.notLoggedIn }
        Envelope.succeed(
            ctx,
            data: [
                "userId": .integer(user.id),
                "nickname": user.nickname.map(JSONValue.string) ?? "",
                "avatarUrl": user.avatarURL.map(JSONValue.string) ?? "",
                "phone": user.phone.map(JSONValue.string) ?? "",
                "credit": .integer(user.credit),
            ]
        )
    }

    private struct ProfileRequest: Decodable {
        let nickname: String?
        let avatarUrl: String?
    }

    private func updateProfile(_ ctx: Context) async throws {
        let session = try ctx.authenticated().session
        let request = try await ctx.request.decode(ProfileRequest.self)
        let change = ProfileChange(nickname: request.nickname, avatarURL: request.avatarUrl)
        try Profile.check(change)
        guard try await users.update(session.userID, change) else { throw Failure.notLoggedIn }
        Envelope.succeed(ctx)
    }

    private struct PhoneRequest: Decodable {
        let phone: String
    }

    private func bindSelfAssertedPhone(_ ctx: Context) async throws {
        let session = try ctx.authenticated().session
        guard acceptsSelfAssertedPhone else {
            throw Failure.forbidden("a phone is bound by POST /user/phone, with a code of getPhoneNumber")
        }
        let request = try await ctx.request.decode(PhoneRequest.self)
        guard let phone = PhoneNumber(request.phone) else {
            throw Failure.invalidParameter(
                "phone must have 5 to 15 digits, with + and the country code where it is not one of mainland China")
        }
        switch try await users.bind(phone, to: session.userID) {
        case .bound:
            events.record(
                LoginEvent(.phoneBound, userID: session.userID, reason: "self_asserted"), from: EventOrigin(ctx))
            Envelope.succeed(ctx)
        case .takenByAnother: throw Failure.phoneTaken
        case .noSuchUser: throw Failure.notLoggedIn
        }
    }

    private func logOut(_ ctx: Context) async throws {
        let current = try ctx.authenticated()
        if let id = try await sessions.end(current.token) {
            let event = LoginEvent(.logout, userID: current.session.userID, sessionID: id)
            events.record(event, from: EventOrigin(ctx))
        }
        Envelope.succeed(ctx)
    }
}
