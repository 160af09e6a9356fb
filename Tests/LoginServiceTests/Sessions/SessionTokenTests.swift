import Crypto
import Testing
import WeChatAPI

@testable import LoginService

struct SessionTokenTests {
    @Test func `the md5 style is the MD5 of the openid in lowercase hexadecimal`() throws {
        let openID = try #require(OpenID("oGZUI0egBJY1zhBYw2KhdUfwVJJE"))
        let token = SessionToken.md5(of: openID)
        #expect(token.rawValue == "e5200cdedbe8103c94e33e2020add1d4")
        #expect(SessionToken(md5: token.rawValue) == token)
    }

    @Test func `an opaque token comes back from its text, and its user with its key alone`() throws {
        for userID: Int64 in [0, 1, 42, 9_007_199_254_740_991] {
            let key = SecretKey(SymmetricKey(size: .bits256))
            let token = OpaqueToken(entropy: Self.entropy(), userID: userID, key: key)
            #expect(token.text.wholeMatch(of: /token_[A-Za-z0-9_\-]{43}/) != nil)
            let parsed = try #require(OpaqueToken(token.text))
            #expect(parsed == token && parsed.text == token.text)
            let opened = try #require(parsed.opened(with: key))
            #expect(opened.userID == userID)
            #expect(opened.reference.wholeMatch(of: /[A-Za-z0-9_\-]{27}/) != nil)
            #expect(!token.text.contains(opened.reference))
        }
    }

    @Test func `one user's tokens have nothing in common that shows`() throws {
        let key = SecretKey(SymmetricKey(size: .bits256))
        let tails = Set(
            (0..<1_000).map { _ in OpaqueToken(entropy: Self.entropy(), userID: 42, key: key).text.suffix(10) })
        #expect(tails.count == 1_000)
    }

    @Test func `another key opens nearly no token, and never to the same reference`() {
        let (key, other) = (SecretKey(SymmetricKey(size: .bits256)), SecretKey(SymmetricKey(size: .bits256)))
        let tokens = (0..<4_096).map { OpaqueToken(entropy: Self.entropy(), userID: Int64($0), key: key) }
        #expect(tokens.count { $0.opened(with: other) != nil } < 20)
        for token in tokens { #expect(token.opened(with: other)?.reference != token.opened(with: key)?.reference) }
    }

    @Test func `a token with any of its bits turned is another token, in another place`() throws {
        let key = SecretKey(SymmetricKey(size: .bits256))
        let token = OpaqueToken(entropy: Self.entropy(), userID: 42, key: key)
        let (prefix, text) = (OpaqueToken.prefix, Array(token.text.utf8.dropFirst(6)))
        let place = try #require(token.opened(with: key))
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        for position in text.indices {
            for bit in 0..<6 {
                var changed = text
                let value = try #require(Base64URL.value(of: text[position]))
                changed[position] = alphabet[Int(value ^ (1 << bit))]
                guard let other = OpaqueToken(prefix + String(decoding: changed, as: UTF8.self)) else {
                    // The two bits after the last byte have one spelling.
                    #expect(position == 42 && bit < 2)
                    continue
                }
                #expect(other != token)
                let opened = other.opened(with: key)
                #expect(opened?.userID != place.userID || opened?.reference != place.reference)
            }
        }
    }

    @Test func `base64url is that of RFC 4648`() {
        let vectors = ["": "", "f": "Zg", "fo": "Zm8", "foo": "Zm9v", "foob": "Zm9vYg", "foobar": "Zm9vYmFy"]
        for (text, encoded) in vectors { #expect(Base64URL.encode(Array(text.utf8)) == encoded) }
        #expect(Base64URL.encode([0xFB, 0xFF, 0xBF]) == "-_-_")
    }

    private static func entropy() -> [UInt8] {
        (0..<32).map { _ in .random(in: .min ... .max) }
    }
}
