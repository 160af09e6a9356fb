import KoaKit
import KoaTesting
import NIOHTTP1

@testable import LoginService

/// A place of a request where a client puts a text.
struct HostileField: Sendable {
    let route: String
    let name: String
    /// Sends a text there; everything else of the request is good.
    let send: @Sendable (HostileCaller, String) async throws -> TestReply

    /// Every field of every route.
    static let all = single + openData

    private static let single = [
        HostileField("POST /user/wechatlogin", "code") { try await $0.client.logIn($1) },
        HostileField("POST /user/wechatlogin", "deviceName") { caller, text in
            try await caller.client.post(
                "/user/wechatlogin",
                body: .json(["code": .string(try caller.makeCode()), "deviceName": .string(text)]))
        },
        HostileField("POST /user/wechatlogin", "appid") { caller, text in
            try await caller.client.post(
                "/user/wechatlogin", body: .json(["code": .string(try caller.makeCode()), "appid": .string(text)]))
        },
        HostileField("POST /login", "appid") { caller, text in
            try await caller.client.post(
                "/login", body: .json(["code": .string(try caller.makeCode()), "appid": .string(text)]))
        },
        HostileField("GET /auth", "appid") { caller, text in
            try await caller.client.get("/auth?code=\(try caller.makeCode())&appid=\(text.percentEncoded)")
        },
        HostileField("POST /user/phone", "code") { caller, text in
            try await caller.client.post(
                "/user/phone", headers: ["token": caller.token], body: .json(["code": .string(text)]))
        },
        HostileField("PUT /user/info", "nickname") { try await $0.put(["nickname": .string($1)]) },
        HostileField("PUT /user/info", "avatarUrl") { try await $0.put(["avatarUrl": .string($1)]) },
        HostileField("POST /user/login", "phone") { caller, text in
            try await caller.client.post(
                "/user/login", headers: ["token": caller.token], body: .json(["phone": .string(text)]))
        },
        HostileField("DELETE /user/sessions/:id", "id") { caller, text in
            try await caller.client.delete(
                "/user/sessions/\(text.percentEncoded)", headers: ["token": caller.token])
        },
        HostileField("POST /login", "code") { try await $0.client.seedLogIn($1) },
        HostileField("POST /login", "code") { try await LoginRoute.seedLoginForm.logIn($1, $0.client) },
        HostileField("GET /auth", "code") { try await $0.client.auth($1.percentEncoded) },
        HostileField("GET /credit", "token") { try await $0.client.credit($1.percentEncoded) },
        HostileField("GET /checklogin", "token") {
            try await $0.client.get("/checklogin?token=\($1.percentEncoded)")
        },
        HostileField("POST /isAuth", "token") { try await $0.client.isAuth($1) },
        HostileField("POST /userinfo", "token") { try await $0.client.userInfo($1.percentEncoded, $0.openData) },
    ]

    private static let openData = ["rawData", "signature", "encryptedData", "iv"].map { name in
        HostileField("POST /userinfo", name) { caller, text in
            try await caller.client.userInfo(caller.token, caller.openData.with(name, .string(text)))
        }
    }

    private init(
        _ route: String, _ name: String,
        send: @escaping @Sendable (HostileCaller, String) async throws -> TestReply
    ) {
        self.route = route
        self.name = name
        self.send = send
    }
}

/// Who sends hostile texts: a user who is logged in.
struct HostileCaller: Sendable {
    let client: TestClient
    let token: String
    /// Good data for `/userinfo`.
    let openData: JSONValue
    let makeCode: @Sendable () throws -> String

    func put(_ body: JSONValue) async throws -> TestReply {
        try await client.put("/user/info", headers: ["token": token], body: .json(body))
    }
}
