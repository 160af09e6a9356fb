import KoaKit
import WeChatAPI

/// `POST /user/phone`: binds the phone that WeChat vouches for, behind ``Authentication``.
struct PhoneRoute: Sendable {
    let programs: MiniPrograms
    let users: any UserStore
    let events: LoginEvents
    /// What a session needs beside its life.
    let verification: RecentVerification

    func router() -> Router {
        Router().post("/phone", verification) { ctx, _ in try await bind(ctx) }
    }

    private struct PhoneCodeRequest: Decodable {
        let code: String
    }

    private func bind(_ ctx: Context) async throws {
        let session = try ctx.authenticated().session
        let request = try await ctx.request.decode(PhoneCodeRequest.self)
        guard let code = PhoneCode(request.code) else {
            throw Failure.invalidParameter("code must have 1 to 128 characters of A-Z, a-z, 0-9, - and _")
        }
        // The settings no longer have the mini program of this session.
        guard let program = programs.program(of: session) else { throw Failure.notLoggedIn }
        let info = try await program.phoneInfo(code: code, openID: session.openID)
        guard let phone = PhoneNumber(info) else { throw Failure(phone: WeChatError(.malformedReply)) }
        switch try await users.bind(phone, to: session.userID) {
        case .bound:
            events.record(LoginEvent(.phoneBound, userID: session.userID, reason: "wechat"), from: EventOrigin(ctx))
        case .takenByAnother: throw Failure.phoneTaken
        case .noSuchUser: throw Failure.notLoggedIn
        }
        Envelope.succeed(
            ctx,
            data: [
                "phoneNumber": .string(info.phoneNumber),
                "purePhoneNumber": .string(info.purePhoneNumber),
                "countryCode": .string(info.countryCode),
            ]
        )
    }
}
