import Crypto
import FoundationEssentials
import KoaKit
import KoaTesting
import NIOCore
import Testing

@testable import WeChatSandbox

@Suite(.timeLimit(.minutes(1)))
struct MessagePushTests {
    private static let body =
        #"{"user":"alice","event":"user_authorization_revoke","token":"s3cret","revokeInfo":"8""#

    @Test func `a push is signed with the token, and names whom it is about`() async throws {
        try await withSandbox { fixture in
            let push = try await fixture.post("/sandbox/message-pushes", Self.body + "}").json()
            let query = Query(parsing: try #require(push["query"]?.stringValue))
            let signed = ["s3cret", query["timestamp"] ?? "", query["nonce"] ?? ""].sorted().joined()
            #expect(query["signature"] == Insecure.SHA1.hash(data: Data(signed.utf8)).hex)
            #expect(query["timestamp"] == "1700000000")
            #expect(push["contentType"] == "application/json")
            let json = try JSONValue(parsing: ByteBuffer(string: try #require(push["body"]?.stringValue)))
            #expect(json["Event"] == "user_authorization_revoke" && json["RevokeInfo"] == "8")
            #expect(json["OpenID"]?.stringValue == (try fixture.sandbox.openID(of: "alice")))
            #expect(json["AppID"]?.stringValue == SandboxFixture.appid && json["CreateTime"] == 1_700_000_000)
        }
    }

    @Test func `a push can be XML`() async throws {
        try await withSandbox { fixture in
            let push = try await fixture.post("/sandbox/message-pushes", Self.body + #","format":"xml"}"#).json()
            #expect(push["contentType"] == "text/xml")
            let body = try #require(push["body"]?.stringValue)
            let openID = try fixture.sandbox.openID(of: "alice")
            #expect(body.hasPrefix("<xml>") && body.contains("<OpenID><![CDATA[\(openID)]]></OpenID>"))
            #expect(body.contains("<CreateTime>1700000000</CreateTime>"))
        }
    }
}
