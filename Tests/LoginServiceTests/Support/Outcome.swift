import KoaKit
import KoaTesting
import NIOHTTP1
import ProcessFixture
import Testing

/// What a reply of the envelope says, without its wording.
struct Outcome: Hashable, Sendable {
    var status: Int
    var code: Int64?
    var reason: String?
    var errcode: Int64?

    static let success = Outcome(status: 200, code: 0)

    static func failure(_ code: Int64, _ reason: String, status: Int, errcode: Int64? = nil) -> Outcome {
        Outcome(status: status, code: code, reason: reason, errcode: errcode)
    }

    /// A business outcome of `ENVELOPE_STATUS=seed`.
    static let notLoggedIn = failure(10_001, "not_logged_in", status: 200)
    static let invalidParameter = failure(10_002, "invalid_parameter", status: 200)
    static let sessionStoreUnavailable = failure(10_011, "session_store_unavailable", status: 503)
    static let userStoreUnavailable = failure(10_012, "user_store_unavailable", status: 503)
}

extension TestReply {
    var outcome: Outcome {
        let json = try? json()
        return Outcome(
            status: status, code: json?["code"]?.integerValue, reason: json?["reason"]?.stringValue,
            errcode: json?["errcode"]?.integerValue)
    }

    /// The `data` of the envelope.
    var data: JSONValue? { try? json()["data"] }

    /// The token of a login.
    var token: String {
        get throws { try Self.forbidden(data?["token"]?.stringValue, in: text) }
    }

    /// A token of this reply, which no log may hold.
    static func forbidden(_ token: String?, in text: String) throws -> String {
        let token = try #require(token, "\(text)")
        LogEvidence.forbid(token)
        return token
    }

    /// The list of `GET /user/sessions`.
    var sessions: [JSONValue] {
        get throws {
            guard case .array(let sessions)? = data?["sessions"] else { throw CancellationError() }
            return sessions
        }
    }
}

extension TestClient {
    /// Posts a login code.
    func logIn(_ code: String, headers: HTTPHeaders = [:]) async throws -> TestReply {
        try await post("/user/wechatlogin", headers: headers, body: .json(["code": .string(code)]))
    }

    /// Reads the profile.
    func me(_ token: String) async throws -> TestReply {
        try await get("/user/me", headers: ["token": token])
    }
}

/// Repeats a request until its reply is as wanted: each repetition waits for an answer, not for time.
func eventually(
    _ wanted: Outcome, within limit: Duration = .seconds(20),
    _ location: SourceLocation = #_sourceLocation,
    of request: () async throws -> TestReply
) async throws {
    let deadline = ContinuousClock.now + limit
    while true {
        let reply = try await request()
        if reply.outcome == wanted { return }
        guard ContinuousClock.now < deadline else {
            Issue.record("still \(reply.status) \(reply.text) after \(limit)", sourceLocation: location)
            return
        }
    }
}
