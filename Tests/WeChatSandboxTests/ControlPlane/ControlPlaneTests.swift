import InMemoryLogging
import KoaKit
import KoaTesting
import Testing

@testable import WeChatSandbox

@Suite(.timeLimit(.minutes(1)))
struct ControlPlaneTests {
    @Test func `login-codes gives a code that works`() async throws {
        try await withSandbox { fixture in
            let body = #"{"user":"alice","appid":"\#(SandboxFixture.appid)"}"#
            let reply = try await fixture.post("/sandbox/login-codes", body)
            #expect(reply.status == 200)
            let code = try #require(try reply.json()["code"]?.stringValue)
            #expect(
                try await fixture.exchange(code).json()["openid"]?.stringValue == fixture.sandbox.openID(of: "alice"))
        }
    }

    @Test func `login-codes can mark a user as a risk`() async throws {
        try await withSandbox { fixture in
            let reply = try await fixture.post("/sandbox/login-codes", #"{"user":"mallory","risk":"high"}"#)
            #expect(try await fixture.exchange(try reply.json()["code"]?.stringValue).errcode == 40_226)
        }
    }

    @Test(arguments: Fault.Kind.allCases)
    func `faults takes every kind by its name`(kind: Fault.Kind) async throws {
        try await withSandbox { fixture in
            let errcode = kind == .errcode ? #","errcode":-1"# : ""
            let body =
                #"{"endpoint":"jscode2session","kind":"\#(kind.rawValue)","count":3,"milliseconds":200\#(errcode)}"#
            let reply = try await fixture.post("/sandbox/faults", body)
            #expect(reply.status == 200)
            #expect(try reply.json()["count"] == 3)
            #expect(
                fixture.sandbox.withState { $0.faults.next(for: .code2Session) }
                    == Fault(kind, delay: .milliseconds(200)))
        }
    }

    @Test func `clock makes codes age`() async throws {
        try await withSandbox { fixture in
            let code = try fixture.sandbox.makeLoginCode(for: "alice")
            let reply = try await fixture.post("/sandbox/clock", #"{"advanceSeconds":301}"#)
            #expect(try reply.json()["now"]?.stringValue == "2023-11-14T22:18:21.000Z")
            #expect(try await fixture.exchange(code).errcode == 40_029)
        }
    }

    @Test func `calls lists each call with its outcome`() async throws {
        try await withSandbox { fixture in
            try fixture.sandbox.inject(Fault(.busy))
            _ = try await fixture.exchange("x")
            _ = try await fixture.exchange(try fixture.sandbox.makeLoginCode(for: "alice"))
            _ = try await fixture.send("GET", "/no/such/path")
            let query = "appid=\(SandboxFixture.appid)&secret=***&js_code=***&grant_type=authorization_code"
            let call: [JSONMember] = [
                JSONMember("time", "2023-11-14T22:13:20.000Z"), JSONMember("method", "GET"),
                JSONMember("path", "/sns/jscode2session"), JSONMember("query", .string(query)),
            ]
            let expected: JSONValue = [
                .object(
                    call + [JSONMember("outcome", "refused"), JSONMember("errcode", -1), JSONMember("fault", "busy")]),
                .object(call + [JSONMember("outcome", "ok")]),
                [
                    "time": "2023-11-14T22:13:20.000Z", "method": "GET", "path": "/no/such/path", "query": "",
                    "outcome": "refused", "errcode": 40_066,
                ],
            ]
            #expect(try await fixture.send("GET", "/sandbox/calls").json() == ["calls": expected])
        }
    }

    @Test func `DELETE forgets tokens and keys, and leaves the apps as they were`() async throws {
        try await withSandbox { fixture in
            let key = try await fixture.sessionKey(of: "alice")
            let token = try await fixture.stableToken()
            let phoneCode = try fixture.sandbox.makePhoneCode(for: "alice", phone: "13580006666")
            try fixture.sandbox.setFrozen(true)
            try fixture.sandbox.setQuota(SandboxQuota(perDay: 0), of: .stableAccessToken)
            #expect(try await fixture.send("DELETE", "/sandbox").status == 200)
            #expect(try await fixture.verdict(on: token) == 40_001)
            let target = "/wxa/business/getuserphonenumber?access_token=\(try await fixture.stableToken())"
            #expect(try await fixture.post(target, #"{"code":"\#(phoneCode)"}"#).errcode == 40_029)
            #expect(try await fixture.sessionKey(of: "alice") != key)
        }
    }

    @Test func `calls and the log show no secret`() async throws {
        try await withSandbox { fixture in
            let login = try fixture.sandbox.makeLoginCode(for: "alice")
            let key = try await fixture.sessionKey(of: "alice")
            _ = try await fixture.exchange(login)
            let token = try await fixture.stableToken()
            let phone = try fixture.sandbox.makePhoneCode(for: "alice", phone: "13580006666")
            let openID = try fixture.sandbox.openID(of: "alice")
            let target = "/wxa/business/getuserphonenumber?access_token=\(token)"
            _ = try await fixture.post(target, #"{"code":"\#(phone)","openid":"\#(openID)"}"#)
            _ = try await fixture.post(target, #"["\#(phone)"]"#)
            _ = try await fixture.post(target, #"{"\#(phone)":1,"a":["\#(phone)"],"b":{"code":"\#(phone)"}}"#)
            _ = try await fixture.post("/no/such/path", phone)
            let calls = try await fixture.send("GET", "/sandbox/calls").text
            let log = fixture.log.entries.map { "\($0)" }.joined(separator: "\n")
            for secret in [login, key, token, phone, openID, SandboxFixture.secret] {
                #expect(!calls.contains(secret) && !log.contains(secret))
            }
            let bodies = fixture.sandbox.calls.compactMap(\.body)
            #expect(
                bodies == [
                    #"{"grant_type":"client_credential","appid":"\#(SandboxFixture.appid)","secret":"***"}"#,
                    #"{"code":"***","openid":"***"}"#, "***", #"{"***":"***","a":"***","b":"***"}"#, "***",
                ])
        }
    }

    @Test func `DELETE forgets everything and puts the clock back`() async throws {
        try await withSandbox { fixture in
            let code = try fixture.sandbox.makeLoginCode(for: "alice", risk: .high)
            try fixture.sandbox.inject(Fault(.busy), count: 2)
            _ = try await fixture.exchange("x")
            try fixture.sandbox.advanceClock(by: .seconds(10))
            #expect(try await fixture.send("DELETE", "/sandbox").status == 200)
            #expect(fixture.sandbox.calls.isEmpty)
            #expect(try await fixture.post("/sandbox/clock", #"{"advanceSeconds":0}"#).text.contains("22:13:20.000Z"))
            #expect(try await fixture.exchange(code).errcode == 40_029)
            #expect(try await fixture.exchange(fixture.sandbox.makeLoginCode(for: "alice")).errcode == nil)
        }
    }

    @Test(arguments: [
        ("login-codes", "", "JSON"), ("login-codes", "[]", "JSON object"), ("login-codes", "{}", "user is missing"),
        ("login-codes", #"{"user":7}"#, "user must be a string"), ("login-codes", #"{"user":""}"#, "1 to 128"),
        ("login-codes", #"{"user":"a","appid":"wx0"}"#, "appid is not an app"),
        ("login-codes", #"{"user":"a","risk":"low"}"#, "normal, high"),
        ("login-codes", #"{"user":"a","uesr":"b"}"#, "uesr"),
        ("faults", #"{"kind":"busy"}"#, "endpoint is missing"),
        ("faults", #"{"endpoint":"tokens","kind":"busy"}"#, "must be one of: jscode2session"),
        ("faults", #"{"endpoint":"jscode2session"}"#, "kind is missing"),
        ("faults", #"{"endpoint":"jscode2session","kind":"sulk"}"#, "reset_after_commit"),
        ("faults", #"{"endpoint":"jscode2session","kind":"busy","count":0}"#, "count must be"),
        ("faults", #"{"endpoint":"jscode2session","kind":"busy","count":"3"}"#, "whole number"),
        ("faults", #"{"endpoint":"jscode2session","kind":"delay","milliseconds":-1}"#, "milliseconds must be"),
        ("faults", #"{"endpoint":"jscode2session","kind":"delay","milliseconds":9223372036854775807}"#, "milliseconds"),
        ("faults", #"{"endpoint":"token","kind":"errcode"}"#, "errcode is missing"),
        ("faults", #"{"endpoint":"token","kind":"errcode","errcode":0}"#, "errcode must be"),
        ("faults", #"{"endpoint":"token","kind":"busy","errcode":45009}"#, "errcode is of the kind errcode"),
        ("phone-codes", #"{"user":"a"}"#, "phone is missing"),
        ("phone-codes", #"{"user":"a","phone":13580006666}"#, "phone must be a string"),
        ("phone-codes", #"{"user":"a","phone":"+8613580006666"}"#, "phone must be 3 to 20 digits"),
        ("phone-codes", #"{"user":"a","phone":"١٣٥"}"#, "phone must be 3 to 20 digits"),
        ("phone-codes", #"{"user":"a","phone":"13580006666","countryCode":"+86"}"#, "countryCode must be"),
        ("phone-codes", #"{"user":"a","phone":"13580006666","countryCode":-86}"#, "countryCode must be"),
        ("open-data", #"{"user":"a"}"#, "data is missing"), ("open-data", #"{"data":{}}"#, "user is missing"),
        ("open-data", #"{"user":"a","data":[]}"#, "data must be a JSON object"),
        ("open-data", #"{"user":"a","data":{},"appid":"wx0"}"#, "appid is not an app"),
        ("session-keys/rotate", "{}", "user is missing"), ("session-keys/expire", #"{"user":""}"#, "1 to 128"),
        ("access-tokens/expire", #"{"appid":"wx0"}"#, "appid is not an app"),
        ("access-tokens/revoke", #"{"kind":"stable"}"#, "unknown field \"kind\""),
        ("apps", #"{"frozen":"yes"}"#, "frozen must be true or false"),
        ("apps", #"{"allowedAddresses":"10.0.0.1"}"#, "allowedAddresses must be a list"),
        ("apps", #"{"allowedAddresses":[7]}"#, "allowedAddresses must be a list"),
        ("quotas", #"{"perDay":1}"#, "endpoint is missing"),
        ("quotas", #"{"endpoint":"token","perDay":-1}"#, "perDay must be"),
        ("component-tokens", #"{"component":""}"#, "component must be"),
        ("subscriptions", #"{"user":"a","template":""}"#, "template must be"),
        ("subscriptions", #"{"user":"a","template":"t","count":1001}"#, "count must be"),
        ("message-pushes", #"{"user":"a","event":"x","token":"t"}"#, "token must be"),
        ("message-pushes", #"{"user":"a","event":"<x>","token":"token"}"#, "event must be"),
        ("message-pushes", #"{"user":"a","event":"x","token":"token","revokeInfo":"x"}"#, "revokeInfo must be"),
        ("message-pushes", #"{"user":"a","event":"x","token":"token","format":"yaml"}"#, "json, xml"),
        ("clock", "{}", "advanceSeconds is missing"), ("clock", #"{"advanceSeconds":-1}"#, "advanceSeconds must be"),
        ("clock", #"{"advanceSeconds":9223372036854775807}"#, "advanceSeconds must be"),
        ("clock", #"{"advanceSeconds":1.5}"#, "whole number"),
    ])
    func `a bad body is told what is wrong with it`(route: String, body: String, part: String) async throws {
        try await withSandbox { fixture in
            let reply = try await fixture.post("/sandbox/\(route)", body)
            #expect(reply.status == 400)
            #expect(reply["Content-Type"] == "application/json; charset=utf-8")
            let message = try #require(try reply.json()["error"]?.stringValue)
            #expect(message.contains(part))
        }
    }

    @Test func `a sandbox of several apps asks which one`() async throws {
        let apps = ["wx01", "wx02"].map { SandboxApp(appid: $0, secret: "s") }
        try await withSandbox(apps: apps) { fixture in
            let unnamed = try await fixture.post("/sandbox/login-codes", #"{"user":"a"}"#)
            #expect(unnamed.status == 400)
            let named = try await fixture.post("/sandbox/login-codes", #"{"user":"a","appid":"wx02"}"#)
            #expect(named.status == 200)
        }
    }

    @Test(arguments: [
        ("GET", "/sandbox/clock", 405), ("GET", "/sandbox", 405), ("POST", "/sandbox/calls", 405),
        ("GET", "/sandbox/nothing", 404), ("POST", "/sandbox/phones", 404),
    ])
    func `the control plane refuses other methods and paths`(method: String, path: String, status: Int) async throws {
        try await withSandbox { fixture in
            let reply = try await fixture.send(method, path)
            #expect(reply.status == status)
            #expect(try reply.json()["error"]?.stringValue != nil)
            #expect(fixture.sandbox.calls.isEmpty)
        }
    }
}
