import Crypto
import CryptoExtras
import Foundation
import KoaKit
import KoaTesting
import NIOHTTP1
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct SealedPushRouteTests {
    private static let token = "pushToken123"
    private static let encodingAESKey = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
    private static let forbidden = Outcome.failure(10_016, "forbidden", status: 403)

    private func withPush(_ body: (Backends, TestNode) async throws -> Void) async throws {
        let settings: [Setting: String] = [
            .weChatPushToken: Self.token, .weChatPushAESKey: Self.encodingAESKey,
        ]
        try await withNode(settings) { backends, node in try await body(backends, node) }
    }

    /// A message as WeChat seals it: random bytes, its length, the message, the AppID, padding to 32 bytes; AES-CBC.
    private func seal(_ message: String, appID: String) throws -> String {
        let key = try #require(Data(base64Encoded: Self.encodingAESKey + "="))
        let count = UInt32(message.utf8.count)
        var content = Data((0..<16).map { _ in UInt8.random(in: 0...255) })
        content += withUnsafeBytes(of: count.bigEndian) { Data($0) } + Data(message.utf8) + Data(appID.utf8)
        let length = 32 - content.count % 32
        content += Data(repeating: UInt8(length), count: length)
        return try AES._CBC.encrypt(
            content, using: SymmetricKey(data: key), iv: .init(ivBytes: key.prefix(16)), noPadding: true
        ).base64EncodedString()
    }

    private func query(sealed: String, time: Int = Int(Date().timeIntervalSince1970)) -> String {
        let sign = { (parts: [String]) in
            Insecure.SHA1.hash(data: Data(parts.sorted().joined().utf8)).map { String(format: "%02x", $0) }.joined()
        }
        let parts = [Self.token, "\(time)", "n0"]
        return "signature=\(sign(parts))&timestamp=\(time)&nonce=n0&encrypt_type=aes"
            + "&msg_signature=\(sign(parts + [sealed]))"
    }

    private func post(
        _ sealed: String, as format: MessagePush.Format = .json, query: String, to node: TestNode
    ) async throws -> TestReply {
        let isJSON = format == .json
        let body =
            isJSON
            ? #"{"ToUserName":"gh_1","Encrypt":"\#(sealed)"}"#
            : "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[\(sealed)]]></Encrypt></xml>"
        return try await node.client.post(
            "/wechat/push?\(query)", headers: ["content-type": isJSON ? "application/json" : "text/xml"],
            body: .text(body))
    }

    private func cancellation(_ backends: Backends, _ format: MessagePush.Format = .json) throws -> String {
        try backends.sandbox.makeMessagePush(
            of: "user_authorization_cancellation", about: "alice", token: Self.token, format: format
        ).body
    }

    @Test(arguments: MessagePush.Format.allCases)
    func `a sealed message does what it says`(format: MessagePush.Format) async throws {
        try await withPush { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            let sealed = try seal(try cancellation(backends, format), appID: Backends.appID)
            let reply = try await post(sealed, as: format, query: query(sealed: sealed), to: node)
            #expect(reply.status == 200)
            #expect(reply.text == "success")
            #expect(try await node.client.me(token).outcome.code == 10_001)
        }
    }

    @Test func `a sealed message that does not prove its sender does nothing`() async throws {
        try await withPush { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            let message = try cancellation(backends)
            let sealed = try seal(message, appID: Backends.appID)
            let good = query(sealed: sealed)
            let old = query(sealed: sealed, time: Int(Date().timeIntervalSince1970) - 301)
            let unsigned = good.replacing(/&msg_signature=.*/, with: "")
            for query in ["", old, unsigned, good.replacing("msg_signature=", with: "msg_signature=0")] {
                #expect(try await post(sealed, query: query, to: node).outcome == Self.forbidden)
            }
            // What is signed for one message opens no other, and one for another mini program is none for this.
            for other in [try seal(message, appID: Backends.appID), try seal(message, appID: "wx0000000000000000")] {
                #expect(try await post(other, query: good, to: node).outcome == Self.forbidden)
            }
            let foreign = try seal(message, appID: "wx0000000000000000")
            #expect(try await post(foreign, query: query(sealed: foreign), to: node).outcome == Self.forbidden)
            #expect(try await node.client.me(token).outcome == .success)
        }
    }
}
