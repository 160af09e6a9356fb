import KoaKit
import KoaTesting
import NIOHTTP1
import RelationalStore
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct MiniProgramsTests {
    private func logIn(_ node: TestNode, _ code: String, field: String?) async throws -> TestReply {
        var body = [JSONMember("code", .string(code))]
        if let field { body.append(JSONMember("appid", .string(field))) }
        return try await node.client.post("/user/wechatlogin", body: .json(.object(body)))
    }

    @Test func `a client names its mini program by header or in the body, and none means the first`() async throws {
        try await withTwoApps { apps, node async throws in
            let (first, second) = (TwoApps.first, TwoApps.second)
            #expect(try await node.logIn(try apps.code(of: first)).outcome == .success)
            #expect(
                try await node.logIn(try apps.code(of: second), headers: ["X-WX-APPID": second.appid]).outcome
                    == .success)
            #expect(try await logIn(node, try apps.code(of: second), field: second.appid).outcome == .success)
            #expect(try await logIn(node, try apps.code(of: first), field: first.appid).outcome == .success)
            let rows = try await apps.backends.runSQL("SELECT app_id FROM users ORDER BY app_id")
            #expect(try rows.map { try $0.value("app_id", as: String.self) } == [first.appid, second.appid])
        }
    }

    @Test func `the code of one mini program gets nobody into another`() async throws {
        try await withTwoApps { apps, node async throws in
            let refusal = Outcome.failure(10_001, "invalid_code", status: 200, errcode: 40_029)
            #expect(try await node.logIn(try apps.code(of: TwoApps.second)).outcome == refusal)
            let code = try apps.code(of: TwoApps.first)
            #expect(try await logIn(node, code, field: TwoApps.second.appid).outcome == refusal)
            // What another mini program was told of the code is no answer to this one.
            #expect(try await node.logIn(code).outcome == .success)
            #expect(try await apps.backends.userCount() == 1)
        }
    }

    @Test(arguments: ["", "wx3333333333333333", "WX1111111111111111", "__proto__", "*"])
    func `an unknown mini program is refused by name before WeChat is asked`(appID: String) async throws {
        try await withTwoApps { apps, node async throws in
            let code = try apps.code(of: TwoApps.first)
            for reply in [
                try await logIn(node, code, field: appID), try await node.logIn(code, headers: ["X-WX-APPID": appID]),
            ] {
                #expect(reply.outcome == .invalidParameter)
                #expect(reply.text.contains("appid"))
            }
            #expect(apps.sandbox.calls.isEmpty)
        }
    }

    @Test func `two different names in one request are refused`() async throws {
        try await withTwoApps { apps, node async throws in
            let body: JSONValue = ["code": .string(try apps.code(of: TwoApps.first)), "appid": "wx1111111111111111"]
            let reply = try await node.client.post(
                "/user/wechatlogin", headers: ["X-WX-APPID": TwoApps.second.appid], body: .json(body))
            #expect(reply.outcome == .invalidParameter)
            #expect(apps.sandbox.calls.isEmpty)
        }
    }

    @Test(arguments: [TokenStyle.md5, .opaque])
    func `a session says which mini program it is of, unless it is the first`(_ style: TokenStyle) async throws {
        try await withTwoApps([.tokenStyle: style.rawValue]) { apps, node async throws in
            let plain = try await node.logIn(try apps.code(of: TwoApps.first)).token
            let named = try await logIn(node, try apps.code(of: TwoApps.second), field: TwoApps.second.appid).token
            for token in [plain, named] { #expect(try await node.client.me(token).outcome == .success) }
            let values = try await apps.backends.redisKeys("session:*").asyncMap {
                try await apps.backends.redisValue($0) ?? ""
            }
            #expect(values.count == 2)
            #expect(values.count { $0.contains(#""appid":"\#(TwoApps.second.appid)""#) } == 1)
            #expect(values.count { $0.contains("appid") } == 1)
        }
    }

    @Test func `the older systems' routes take a name too`() async throws {
        try await withTwoApps { apps, node async throws in
            let second = TwoApps.second.appid
            let login = try await node.client.post(
                "/login", body: .json(["code": .string(try apps.code(of: TwoApps.second)), "appid": .string(second)]))
            #expect(try login.json()["token"]?.stringValue != nil)
            let jwt = try await node.client.get("/auth?code=\(try apps.code(of: TwoApps.second))&appid=\(second)")
            let token = try #require(try jwt.json()["data"]?["token"])
            let check = try await node.client.post("/isAuth", body: .json(["token": token]))
            #expect(try check.json()["code"] == "200")
        }
    }

    @Test func `open data is read under the key of its own mini program`() async throws {
        try await withTwoApps { apps, node async throws in
            let first = try await node.logIn(try apps.code(of: TwoApps.first)).token
            let second = try await logIn(node, try apps.code(of: TwoApps.second), field: TwoApps.second.appid).token
            let made = try apps.sandbox.makeOpenData(OpenProfile.data, for: "alice", appid: TwoApps.second.appid)
            let sent: JSONValue = [
                "rawData": .string(made.rawData), "signature": .string(made.signature),
                "encryptedData": .string(made.encryptedData), "iv": .string(made.iv),
            ]
            #expect(try await node.client.userInfo(second, sent).json()["userInfo"]?["nickName"] == "Band")
            #expect(try await node.client.userInfo(first, sent).text == OpenProfile.stale)
            #expect(try await node.client.me(second).data?["nickname"] == "Band")
            #expect(try await node.client.me(first).data?["nickname"] == "")
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
