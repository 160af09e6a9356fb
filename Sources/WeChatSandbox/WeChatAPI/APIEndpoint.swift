import KoaKit

/// Answers one API of WeChat's.
struct APIEndpoint: Middleware {
    let endpoint: SandboxEndpoint
    let sandbox: Sandbox

    func handle(_ context: Context, next: Next) async throws {
        let call = try await APICall(context.request)
        // All is decided on arrival, under one lock; what follows only says so, sooner or later.
        let (answer, delay) = sandbox.answer(call, to: endpoint)
        if delay > .zero { try await Task.sleep(for: delay) }
        await answer.write(to: context)
    }
}

extension SandboxState {
    /// Decides a call: what is answered, after which delay.
    mutating func answer(
        _ call: APICall,
        to endpoint: SandboxEndpoint
    ) -> (answer: Answer, delay: Duration, call: SandboxCall) {
        let fault = faults.next(for: endpoint)
        let result: Result<JSONValue, Refusal>? =
            fault?.kind.sparesTheCall == true
            ? nil : Result { () throws(Refusal) in try perform(endpoint, call) }
        let (answer, outcome) = Answer.to(endpoint, result, under: fault)
        let call = call.received.call(at: clock.now, outcome: outcome, fault: fault?.kind)
        record(call)
        return (answer, fault?.delay ?? .zero, call)
    }

    /// Does what the call asks for.
    private mutating func perform(_ endpoint: SandboxEndpoint, _ call: APICall) throws(Refusal) -> JSONValue {
        switch endpoint {
        case .code2Session: try exchangeCode(call)
        case .componentCode2Session: try exchangeCodeForComponent(call)
        case .accessToken: try issueAccessToken(call)
        case .stableAccessToken: try issueStableAccessToken(call)
        case .phoneNumber: try spendPhoneCode(call)
        case .checkSessionKey: try checkSessionKey(call)
        case .resetSessionKey: try resetSessionKey(call)
        case .checkEncryptedData: try checkEncryptedData(call)
        case .checkContent: try checkContent(call)
        case .sendSubscribeMessage: try sendSubscribeMessage(call)
        }
    }
}
