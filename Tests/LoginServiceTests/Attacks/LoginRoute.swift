import Foundation
import KoaKit
import KoaTesting
import NIOHTTP1
import ProcessFixture

/// A route that a code logs in by.
enum LoginRoute: CaseIterable, Sendable {
    case weChatLogin
    case seedLogin
    case seedLoginForm
    case auth

    /// Sends a code as it is, whatever it holds.
    func logIn(_ code: String, _ client: TestClient) async throws -> TestReply {
        switch self {
        case .weChatLogin: try await client.logIn(code)
        case .seedLogin: try await client.seedLogIn(code)
        case .seedLoginForm:
            try await client.post(
                "/login", headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: .text("code=\(code.percentEncoded)"))
        case .auth: try await client.auth(code.percentEncoded)
        }
    }

    /// The token of a reply; nil for a refusal.
    func token(of reply: TestReply) -> String? {
        let json = try? reply.json()
        let token =
            switch self {
            case .weChatLogin, .auth: json?["data"]?["token"]?.stringValue
            case .seedLogin, .seedLoginForm: json?["token"]?.stringValue
            }
        if let token { LogEvidence.forbid(token) }
        return token
    }
}

extension String {
    /// Each byte escaped, so that nothing but a text is left of it in a URL.
    var percentEncoded: String {
        utf8.map { String(format: "%%%02X", $0) }.joined()
    }
}
