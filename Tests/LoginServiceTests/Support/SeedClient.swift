import KoaKit
import KoaTesting
import Testing

/// What the clients of the older systems send.
extension TestClient {
    /// `POST /login`.
    func seedLogIn(_ code: String) async throws -> TestReply {
        try await post("/login", body: .json(["code": .string(code)]))
    }

    /// `GET /credit?token=`.
    func credit(_ token: String) async throws -> TestReply { try await get("/credit?token=\(token)") }

    /// `GET /auth?code=`.
    func auth(_ code: String) async throws -> TestReply { try await get("/auth?code=\(code)") }

    /// `POST /isAuth`.
    func isAuth(_ token: String) async throws -> TestReply {
        try await post("/isAuth", body: .json(["token": .string(token)]))
    }

    /// `POST /userinfo?token=`.
    func userInfo(_ token: String, _ body: JSONValue) async throws -> TestReply {
        try await post("/userinfo?token=\(token)", body: .json(body))
    }
}

extension TestReply {
    /// The token of `/login`.
    var seedToken: String {
        get throws { try Self.forbidden(json()["token"]?.stringValue, in: text) }
    }

    /// The token of `/auth`.
    var jwt: String {
        get throws { try token }
    }
}
