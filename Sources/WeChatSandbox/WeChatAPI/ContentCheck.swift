import FoundationEssentials
import KoaKit

extension SandboxState {
    /// How long ago a user may have opened the mini program, in seconds (WeChat Mini Program API, sec-center.msgSecCheck).
    private static let visitMemory: TimeInterval = 2 * 3_600
    private static let longestContent = 2_500

    /// `POST /wxa/msg_sec_check`, version 2: what WeChat thinks of a text (WeChat Mini Program API,
    /// sec-center.msgSecCheck).
    ///
    /// Here a text is risky or for review when it says so.
    mutating func checkContent(_ call: APICall) throws(Refusal) -> JSONValue {
        let app = try caller(call, of: .checkContent)
        let body = try call.postedObject()
        guard body.value["version"] == 2 else { throw .invalidArguments }
        guard let scene = body.value["scene"]?.integerValue, (1...4).contains(scene) else { throw .invalidScene }
        guard let id = openIDs[try body.text("openid", orThrow: .invalidOpenID)] else { throw .invalidOpenID }
        guard id.appid == app.appid else { throw .foreignOpenID }
        let content = try body.text("content", orThrow: .emptyBody)
        guard content.count <= Self.longestContent else { throw .contentTooLong }
        guard let visit = users[id]?.lastVisit, clock.now.timeIntervalSince(visit) < Self.visitMemory else {
            throw .userNotActive
        }
        let texts = [content] + ["nickname", "title", "signature"].compactMap { body.text($0) }
        let verdict = Verdict(of: texts.joined(separator: "\n"))
        var detail = verdict.json
        detail.append(JSONMember("strategy", "content_model"))
        detail.append(JSONMember("errcode", 0))
        return [
            "errcode": 0, "errmsg": "ok", "result": .object(verdict.json), "detail": [.object(detail)],
            "trace_id": .string(Identifiers.makeGatewayRequestID()),
        ]
    }
}

/// What WeChat suggests to do with a text.
private enum Verdict: String {
    case risky
    case review
    case pass

    init(of text: String) {
        let text = text.lowercased()
        self = [.risky, .review].first { text.contains($0.rawValue) } ?? .pass
    }

    /// The label is a number, whatever the documentation's types say.
    var json: [JSONMember] {
        [JSONMember("suggest", .string(rawValue)), JSONMember("label", self == .pass ? 100 : 21_000)]
    }
}
