import KoaKit
import Logging
import NIOCore
import WeChatAPI

/// `/wechat/push`: where WeChat tells of users who took something back or ended their account.
///
/// Nothing is done for a message that nothing proves to be WeChat's.
struct PushRoutes: Sendable {
    let credentials: PushCredentials
    let ledger: PushLedger
    let programs: MiniPrograms
    let withdrawal: DataWithdrawal

    func router() -> Router {
        let router = Router(prefix: "/wechat")
        router.get("/push") { ctx, _ in try verify(ctx) }
        router.post("/push") { ctx, _ in try await take(ctx) }
        return router
    }

    /// Answers WeChat's question whether this server knows the token.
    private func verify(_ ctx: Context) throws {
        guard let query = Self.query(of: ctx.request), credentials.isVerification(query),
            let echo = Self.single("echostr", of: ctx.request), echo.utf8.count <= 1_024
        else { throw Failure.unprovenPush }
        answer(ctx, echo)
    }

    private func take(_ ctx: Context) async throws {
        guard let query = Self.query(of: ctx.request) else { throw Failure.unprovenPush }
        let body = Array(try await ctx.request.bytes().readableBytesView)
        let message = try Self.read(body, query, credentials)
        if !credentials.expectsEncryption, try await !ledger.admits(body, signature: query.signature ?? "") {
            throw Failure.unprovenPush
        }
        let program: MiniProgram
        if let appID = message.appID {
            guard let named = programs[appID] else { throw Failure.unprovenPush }
            program = named
        } else {
            program = programs.default
        }
        try await act(on: message, in: program, ctx)
        answer(ctx, "success")
    }

    private static func read(
        _ body: [UInt8], _ query: PushQuery, _ credentials: PushCredentials
    ) throws(Failure) -> PushMessage {
        do {
            return try credentials.message(in: body, query: query)
        } catch {
            guard error == .malformed else { throw .unprovenPush }
            throw .invalidParameter("the message is none that WeChat pushes")
        }
    }

    private func act(on message: PushMessage, in program: MiniProgram, _ ctx: Context) async throws {
        guard let openID = message.openID else { return }
        switch message.event {
        case .authorizationRevoked(let revoked):
            let data = PersonalData(revoked)
            guard !data.isEmpty else { return }
            log(try await withdrawal.withdraw(data, of: openID, in: program), "a user took back personal data", ctx)
        case .authorizationCancelled:
            let id = try await withdrawal.forget(openID, in: program, from: EventOrigin(ctx))
            log(id, "a user ended the account", ctx)
        // What changed at WeChat was typed in here by the user, if it is here at all.
        case .userInfoModified, .other: break
        }
    }

    private func log(_ userID: Int64?, _ message: Logger.Message, _ ctx: Context) {
        guard let userID else { return }
        ctx.logger.info(message, metadata: ["user.id": "\(userID)"])
    }

    private func answer(_ ctx: Context, _ text: String) {
        ctx.body = .text(text)
        ctx.type = "text/plain"
        ctx.set("Cache-Control", "no-store")
        // What is echoed is text, whatever it looks like.
        ctx.set("X-Content-Type-Options", "nosniff")
    }

    private static func query(of request: Request) -> PushQuery? {
        guard let timestamp = single("timestamp", of: request), let nonce = single("nonce", of: request) else {
            return nil
        }
        return PushQuery(
            signature: single("signature", of: request), timestamp: timestamp, nonce: nonce,
            messageSignature: single("msg_signature", of: request))
    }

    /// A member of the query; nil when it is not there, or more than once.
    private static func single(_ name: String, of request: Request) -> String? {
        let values = request.query.all(name)
        return values.count == 1 ? values[0] : nil
    }
}

extension Failure {
    /// Nothing proves that WeChat sent the message.
    fileprivate static let unprovenPush = Failure(
        code: .forbidden, reason: "forbidden", message: "nothing proves that WeChat sent this", status: 403,
        isStatusReal: true)
}
