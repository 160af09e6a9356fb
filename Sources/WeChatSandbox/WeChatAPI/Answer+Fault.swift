import KoaKit
import NIOCore

extension Answer {
    /// The answer to a call that came to this result (nil: it was not looked at) under this fault.
    static func to(
        _ endpoint: SandboxEndpoint,
        _ result: Result<JSONValue, Refusal>?,
        under fault: Fault?
    ) -> (Answer, SandboxCall.Outcome) {
        let type = endpoint.contentType
        guard let fault, fault.kind != .delay else {
            let (value, outcome) = proper(result ?? .failure(.systemError), from: endpoint)
            return (.json(value, type: type), outcome)
        }
        let (value, outcome) = proper(result ?? .failure(fault.refusal(of: endpoint)), from: endpoint)
        // A fault that dresses a refusal up still refuses.
        let dressed = outcome == .success ? .misbehaved : outcome
        return switch fault.kind {
        case .delay, .busy, .errcode: (.json(value, type: type), outcome)
        case .stringErrcode: (.json(value.withStringErrcode, type: type), outcome)
        case .hang: (.silence, .misbehaved)
        case .reset, .resetAfterCommit: (.reset, .misbehaved)
        case .status500: (.page(status: 500), .misbehaved)
        case .html: (.page(status: 200), .misbehaved)
        case .empty: (.json(ByteBuffer(), type: type), .misbehaved)
        case .huge: (.flood(type: type), .misbehaved)
        case .truncated: (.cut(firstHalf(of: value, type: type)), .misbehaved)
        case .emptyOpenID: (.json(value.withoutMainValues, type: type), dressed)
        case .duplicateKeys: (.json(value.withDuplicates, type: type), dressed)
        case .unknownFields: (.json(value.withUnknownMembers, type: type), dressed)
        case .wrongCharset: (.json(value.bytesInGBK, type: "\(type); charset=gbk"), dressed)
        }
    }

    private static func proper(
        _ result: Result<JSONValue, Refusal>,
        from endpoint: SandboxEndpoint
    ) -> (JSONValue, SandboxCall.Outcome) {
        switch result {
        case .success(let value): (value, .success)
        case .failure(let refusal):
            (
                [
                    "errcode": .integer(Int64(refusal.errcode)), "errmsg": .string(refusal.message(from: endpoint)),
                ],
                .refused(errcode: refusal.errcode)
            )
        }
    }

    /// An HTTP reply that announces all of its content and has half of it.
    private static func firstHalf(of value: JSONValue, type: String) -> String {
        let content = value.text
        return """
            HTTP/1.1 200 OK\r
            Content-Type: \(type)\r
            Content-Length: \(content.utf8.count)\r
            \r
            \(content.prefix(content.count / 2))
            """
    }
}

extension Fault {
    /// What the API says in place of looking at the call.
    fileprivate func refusal(of endpoint: SandboxEndpoint) -> Refusal {
        switch kind {
        case .stringErrcode: endpoint.typicalRefusal
        case .errcode: Refusal(errcode: errcode ?? Refusal.systemError.errcode, text: "refused by a fault")
        default: .systemError
        }
    }
}
