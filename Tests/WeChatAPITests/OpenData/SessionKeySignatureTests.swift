import Testing
import WeChatAPI

struct SessionKeySignatureTests {
    private static let rawData =
        #"{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN","#
        + #""avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycA"#
        + #"jAtpujxyzYsrztuuICqIM5ibXQ/0"}"#
    private static let signature = "75e81ceda165f4ffa64f4068af58c64b8f54b88c"

    private func key(_ text: String = "HyVFkGl5F5OQWJZZaNzBBg==") throws -> SessionKey {
        try #require(SessionKey(text))
    }

    @Test func `WeChat's published signature of raw data is one`() throws {
        #expect(try key().isSignature(Self.signature, of: Self.rawData))
        #expect(try key().isSignature(Self.signature.uppercased(), of: Self.rawData))
    }

    @Test func `no altered signature is one`() throws {
        for position in Self.signature.indices {
            var altered = Self.signature
            altered.replaceSubrange(position...position, with: altered[position] == "0" ? "1" : "0")
            #expect(try !key().isSignature(altered, of: Self.rawData))
        }
        for text in [
            "", "zz", String(Self.signature.dropLast()), String(Self.signature.dropLast(2)), "\(Self.signature)00",
        ] {
            #expect(try !key().isSignature(text, of: Self.rawData))
        }
    }

    @Test func `raw data with its members in another order, or of another user, is not what was signed`() throws {
        let reordered = Self.rawData.replacing(#""nickName":"Band","gender":1"#, with: #""gender":1,"nickName":"Band""#)
        #expect(reordered != Self.rawData)
        #expect(try !key().isSignature(Self.signature, of: reordered))
        #expect(try !key().isSignature(Self.signature, of: Self.rawData + " "))
        #expect(try !key("tiihtNczf5v6AKRyjwEUhQ==").isSignature(Self.signature, of: Self.rawData))
    }

    @Test(arguments: [
        (#"{"foo":"bar"}"#, "654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b"),
        ("", "46e043c5525c2d817c44be603d30837a808a1d930d038f6fdc3e62a201fed128"),
    ])
    func `WeChat's published signature of a call is made and recognized`(body: String, signature: String) throws {
        let key = try key("o0q0otL8aEzpcZL/FT9WsQ==")
        #expect(key.callSignature(of: body.utf8) == signature)
        #expect(key.isCallSignature(signature, of: body.utf8))
        #expect(!key.isCallSignature(signature, of: (body + " ").utf8))
        #expect(!key.isCallSignature(String(signature.dropLast(2)), of: body.utf8))
    }
}
