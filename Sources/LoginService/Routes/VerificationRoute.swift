import KoaKit
import WeChatAPI

/// `POST /user/verify`: the user of a session proves again who they are, with a fresh code of `wx.login`; stands behind
/// ``Authentication``.
struct VerificationRoute: Sendable {
    let flow: LoginFlow
    /// `STEP_UP`.
    let timeToLive: Duration

    func router() -> Router {
        Router().post("/verify") { ctx, _ in try await verify(ctx) }
    }

    private struct VerificationRequest: Decodable {
        let code: String
    }

    private func verify(_ ctx: Context) async throws {
        let current = try ctx.authenticated()
        let request = try await ctx.request.decode(VerificationRequest.self)
        let code = try LoginCode(presented: request.code)
        try await flow.verify(current, code: code, for: timeToLive, for: LoginClient(ctx, presented: current.token))
        Envelope.succeed(ctx, data: ["expiresIn": .integer(timeToLive.components.seconds)])
    }
}
