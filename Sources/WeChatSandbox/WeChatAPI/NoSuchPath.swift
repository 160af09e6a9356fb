import KoaKit

/// Answers every other path as WeChat does: HTTP 200 and an errcode (WeChat global return codes, 40066).
struct NoSuchPath: Middleware {
    let sandbox: Sandbox

    func handle(_ context: Context, next: Next) async throws {
        let refusal = Refusal.noSuchPath
        let received = ReceivedCall(context.request, body: try await context.request.bytes())
        sandbox.record(received, outcome: .refused(errcode: refusal.errcode))
        context.body = .json(["errcode": .integer(Int64(refusal.errcode)), "errmsg": .string(refusal.gatewayMessage)])
    }
}
