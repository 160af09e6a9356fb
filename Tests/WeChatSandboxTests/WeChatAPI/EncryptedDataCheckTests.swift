import Crypto
import FoundationEssentials
import KoaKit
import KoaTesting
import Testing

@testable import WeChatSandbox

@Suite(.timeLimit(.minutes(1)))
struct EncryptedDataCheckTests {
    private func check(_ hash: String, in fixture: SandboxFixture) async throws -> TestReply {
        try await fixture.post(
            "/wxa/business/checkencryptedmsg?access_token=\(try await fixture.stableToken())",
            #"{"encrypted_msg_hash":"\#(hash)"}"#)
    }

    private func hash(of text: String) -> String { SHA256.hash(data: Data(text.utf8)).hex }

    @Test func `phone data that was encrypted here is known for three days, by text or by bytes`() async throws {
        try await withSandbox { fixture in
            let openData = try fixture.sandbox.makeOpenData(["phoneNumber": "13580006666"], for: "alice")
            let bytes = try #require(Data(base64Encoded: openData.encryptedData))
            for hash in [hash(of: openData.encryptedData), SHA256.hash(data: bytes).hex] {
                #expect(
                    try await check(hash, in: fixture).json() == [
                        "errcode": 0, "errmsg": "ok", "vaild": true, "create_time": 1_700_000_000,
                    ])
            }
            try fixture.sandbox.advanceClock(by: .seconds(3 * 86_400))
            #expect(try await check(hash(of: openData.encryptedData), in: fixture).errcode == 1)
        }
    }

    @Test func `other data is not known`() async throws {
        try await withSandbox { fixture in
            let openData = try fixture.sandbox.makeOpenData(["nickName": "Band"], for: "alice")
            #expect(try await check(hash(of: openData.encryptedData), in: fixture).errcode == 1)
            #expect(try await check("", in: fixture).errcode == 40_097)
            #expect(try await check("0123", in: fixture).errcode == 40_097)
            let path = "/wxa/business/checkencryptedmsg?access_token=\(try await fixture.stableToken())"
            #expect(try await fixture.post(path, "").errcode == 44_002)
            #expect(try await fixture.post(path, "x").errcode == 47_001)
        }
    }
}
