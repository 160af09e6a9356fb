import KoaKit
import NIOHTTP1

/// `GET /sns/jscode2session` (WeChat Mini Program API, auth.code2Session).
struct Code2Session: Middleware {
    static let path = "/sns/jscode2session"
    let sandbox: Sandbox

    func handle(_ context: Context, next: Next) async throws {
        // All is decided on arrival, under one lock; what follows only says so, sooner or later.
        let (answer, delay) = sandbox.answerCode2Session(
            CodeExchangeRequest(context.request),
            ReceivedCall(context.request)
        )
        if delay > .zero { try await Task.sleep(for: delay) }
        await answer.write(to: context)
    }
}

extension CodeExchangeRequest {
    init(_ request: Request) {
        isGET = request.method == .GET
        appid = request.query["appid"] ?? ""
        secret = request.query["secret"] ?? ""
        code = request.query["js_code"] ?? ""
        grantType = request.query["grant_type"] ?? ""
    }
}

extension SandboxState {
    /// Decides a call to code2Session: what is answered, after which delay.
    mutating func answerCode2Session(
        _ request: CodeExchangeRequest,
        _ received: ReceivedCall
    ) -> (answer: Answer, delay: Duration, call: SandboxCall) {
        let fault = faults.next(for: .code2Session)
        let result: Result<CodeExchangeReply, Refusal>? =
            fault?.kind.sparesTheCode == true
            ? nil : Result { () throws(Refusal) in try exchange(request) }
        let (answer, outcome) = Answer.toCode2Session(result, fault?.kind)
        let call = received.call(at: clock.now, outcome: outcome, fault: fault?.kind)
        record(call)
        return (answer, fault?.delay ?? .zero, call)
    }
}

extension Fault.Kind {
    /// Whether the call ends before the code is looked at.
    fileprivate var sparesTheCode: Bool {
        switch self {
        case .delay, .resetAfterCommit, .truncated, .emptyOpenID: false
        case .hang, .reset, .busy, .status500, .html, .huge, .stringErrcode: true
        }
    }
}

extension Answer {
    /// The answer to a call whose exchange had this result (nil: there was none) under this fault.
    fileprivate static func toCode2Session(
        _ result: Result<CodeExchangeReply, Refusal>?,
        _ kind: Fault.Kind?
    ) -> (Answer, SandboxCall.Outcome) {
        guard let result, kind != .resetAfterCommit, kind != .truncated else {
            let proper = result.map { json(for: $0) } ?? json(for: .failure(.systemError))
            return misbehaving(as: kind ?? .busy, inPlaceOf: proper)
        }
        switch result {
        case .success(var reply):
            if kind == .emptyOpenID { reply.openID = "" }
            return (.json(json(for: .success(reply))), kind == .emptyOpenID ? .misbehaved : .success)
        case .failure(let refusal):
            return (.json(json(for: result)), .refused(errcode: refusal.errcode))
        }
    }

    private static func json(for result: Result<CodeExchangeReply, Refusal>) -> JSONValue {
        switch result {
        case .success(let reply):
            // A success carries neither errcode nor errmsg.
            var members = [
                JSONMember("session_key", .string(reply.sessionKey)), JSONMember("openid", .string(reply.openID)),
            ]
            if let unionID = reply.unionID { members.append(JSONMember("unionid", .string(unionID))) }
            if reply.hasUnknownMember { members.append(JSONMember("expires_in", 7_200)) }
            return .object(members)
        case .failure(let refusal):
            return ["errcode": .integer(Int64(refusal.errcode)), "errmsg": .string(refusal.snsMessage)]
        }
    }
}
