import FoundationEssentials
import KoaKit
import KoaTesting
import Testing

@testable import WeChatSandbox

/// The faults of code2Session are in ``FaultTests``.
@Suite(.timeLimit(.minutes(1)))
struct EndpointFaultTests {
    /// A call to an API that is in order as far as it goes; the API may still refuse it.
    private func call(_ endpoint: SandboxEndpoint, in fixture: SandboxFixture) async throws -> RawConnection {
        let query = "appid=\(SandboxFixture.appid)&secret=\(SandboxFixture.secret)&js_code=x"
        return switch endpoint {
        case .code2Session, .componentCode2Session, .accessToken, .checkSessionKey, .resetSessionKey:
            try await fixture.open("GET", "\(endpoint.path)?\(query)&grant_type=client_credential")
        default: try await fixture.open("POST", endpoint.path, "{}")
        }
    }

    @Test(arguments: SandboxEndpoint.allCases)
    func `every API can be told to refuse, and is itself again afterwards`(endpoint: SandboxEndpoint) async throws {
        try await withSandbox { fixture in
            let body = #"{"endpoint":"\#(endpoint.rawValue)","kind":"errcode","errcode":45009}"#
            #expect(try await fixture.post("/sandbox/faults", body).status == 200)
            let connection = try await call(endpoint, in: fixture)
            let reply = try await connection.readReply()
            #expect(reply.status == 200 && reply.errcode == 45_009)
            #expect(reply["Content-Type"] == endpoint.contentType)
            await connection.close()
            let next = try await call(endpoint, in: fixture)
            #expect(try await next.readReply().errcode != 45_009)
            await next.close()
            #expect(fixture.sandbox.calls.map(\.fault) == [.errcode, nil])
        }
    }

    @Test(arguments: SandboxEndpoint.allCases, [Fault.Kind.busy, .html, .status500, .empty, .stringErrcode, .reset])
    func `every API has bad days`(endpoint: SandboxEndpoint, kind: Fault.Kind) async throws {
        try await withSandbox { fixture in
            try fixture.sandbox.inject(Fault(kind), into: endpoint)
            let connection = try await call(endpoint, in: fixture)
            if kind == .reset {
                await #expect(throws: RawConnectionError.self) { try await connection.read(1) }
            } else {
                let reply = try await connection.readReply()
                #expect(reply.status == (kind == .status500 ? 500 : 200))
                switch kind {
                case .busy: #expect(reply.errcode == -1)
                case .empty: #expect(reply.content.isEmpty)
                case .stringErrcode:
                    #expect(try reply.json()["errcode"]?.stringValue == String(endpoint.typicalRefusal.errcode))
                default: #expect(reply.text.hasPrefix("<html>"))
                }
                await connection.close()
            }
            #expect(fixture.sandbox.calls.map(\.fault) == [kind])
        }
    }

    @Test func `a phone code is spent by a lost answer, and spared by an early reset`() async throws {
        try await withSandbox { fixture in
            let token = try await fixture.stableToken()
            for (kind, errcode) in [(Fault.Kind.reset, 0), (.resetAfterCommit, 40_029), (.truncated, 40_029)] {
                let code = try fixture.sandbox.makePhoneCode(for: "alice", phone: "13580006666")
                try fixture.sandbox.inject(Fault(kind), into: .phoneNumber)
                let target = "\(SandboxEndpoint.phoneNumber.path)?access_token=\(token)"
                let lost = try await fixture.open("POST", target, #"{"code":"\#(code)"}"#)
                _ = try? await lost.readToEnd()
                #expect(try await fixture.post(target, #"{"code":"\#(code)"}"#).errcode == Int64(errcode), "\(kind)")
            }
        }
    }

    @Test func `a lost answer with a token has made the token`() async throws {
        try await withSandbox { fixture in
            let old = try await fixture.stableToken()
            try fixture.sandbox.inject(Fault(.resetAfterCommit), into: .stableAccessToken)
            let body =
                #"{"grant_type":"client_credential","appid":"\#(SandboxFixture.appid)","#
                + #""secret":"\#(SandboxFixture.secret)","force_refresh":true}"#
            let lost = try await fixture.open("POST", SandboxEndpoint.stableAccessToken.path, body)
            await #expect(throws: RawConnectionError.self) { try await lost.read(1) }
            #expect(try await fixture.verdict(on: old) == 40_001)
        }
    }

    @Test func `an answer without its main value has an empty one`() async throws {
        try await withSandbox { fixture in
            try fixture.sandbox.inject(Fault(.emptyOpenID), into: .stableAccessToken)
            #expect(try await fixture.stableTokenReply().json()["access_token"] == "")
            try fixture.sandbox.inject(Fault(.emptyOpenID), into: .phoneNumber)
            let code = try fixture.sandbox.makePhoneCode(for: "alice", phone: "13580006666")
            let target = "\(SandboxEndpoint.phoneNumber.path)?access_token=\(try await fixture.stableToken())"
            let info = try await fixture.post(target, #"{"code":"\#(code)"}"#).json()["phone_info"]
            #expect(info?["purePhoneNumber"] == "" && info?["countryCode"] == "86")
        }
    }

    @Test func `duplicate_keys has each member twice, with another value`() async throws {
        try await withSandbox { fixture in
            try fixture.sandbox.inject(Fault(.duplicateKeys))
            let reply = try await fixture.exchange(try fixture.sandbox.makeLoginCode(for: "alice"))
            let openID = try fixture.sandbox.openID(of: "alice")
            #expect(reply.text.contains(#""openid":"\#(openID)""#) && reply.text.contains(#""openid":"duplicate""#))
            #expect(throws: (any Error).self) { try reply.json() }
        }
    }

    @Test func `unknown_fields adds what no documentation has`() async throws {
        try await withSandbox { fixture in
            try fixture.sandbox.inject(Fault(.unknownFields))
            let json = try await fixture.exchange(try fixture.sandbox.makeLoginCode(for: "alice")).json()
            #expect(json["openid"]?.stringValue == (try fixture.sandbox.openID(of: "alice")))
            #expect(json["__proto__"] != nil && json["extra"] != nil)
        }
    }

    @Test func `wrong_charset says GBK and has some`() async throws {
        try await withSandbox { fixture in
            try fixture.sandbox.inject(Fault(.wrongCharset))
            let reply = try await fixture.exchange(try fixture.sandbox.makeLoginCode(for: "alice"))
            #expect(reply["Content-Type"] == "text/plain; charset=gbk")
            #expect(String(validating: reply.content, as: UTF8.self) == nil)
            #expect(reply.text.contains(try fixture.sandbox.openID(of: "alice")))
        }
    }

    @Test func `quotas can be set, for a minute and for a day`() async throws {
        try await withSandbox { fixture in
            let body = #"{"endpoint":"stable_token","perMinute":1,"perDay":2}"#
            #expect(try await fixture.post("/sandbox/quotas", body).status == 200)
            #expect(try await fixture.stableTokenReply().errcode == nil)
            #expect(try await fixture.stableTokenReply().errcode == 45_011)
            try fixture.sandbox.advanceClock(by: .seconds(60))
            #expect(try await fixture.stableTokenReply().errcode == nil)
            try fixture.sandbox.advanceClock(by: .seconds(60))
            #expect(try await fixture.stableTokenReply().errcode == 45_009)
        }
    }

    @Test func `a client that wants TLS fails its handshake`() async throws {
        try await withSandbox { fixture in
            let connection = try await RawConnection.connect(port: fixture.port)
            // The first bytes of a ClientHello; what comes back is no TLS record, whose first byte would be 21 or 22.
            try await connection.send(String(decoding: [22, 3, 1, 0, 5, 1, 0, 0, 1, 3, 13, 10, 13, 10], as: UTF8.self))
            let answer = try await connection.readToEnd()
            #expect(answer.first != 21 && answer.first != 22)
        }
    }
}
