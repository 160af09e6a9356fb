import Crypto
import Foundation
import Testing

@testable import LoginService

struct SecretKeyTests {
    private let bytes = SymmetricKey(data: Data(0..<32))

    @Test func `a keyed hash is the HMAC of purpose and text, however often it is asked`() {
        let key = SecretKey(bytes)
        for text in ["", "a", "a", String(repeating: "密", count: 100)] {
            let expected = HMAC<SHA256>.authenticationCode(for: Data("p:\(text)".utf8), using: bytes)
            #expect(Array(key.code(of: text, purpose: "p")) == Array(expected))
        }
    }

    @Test func `a derived key is that of HKDF`() {
        let key = SecretKey(bytes)
        for purpose in ["a", "a", "b:\u{0}c"] {
            let expected = HKDF<SHA256>.deriveKey(
                inputKeyMaterial: bytes, info: Data("wechat-login:\(purpose)".utf8), outputByteCount: 32)
            #expect(key.derived(for: purpose) == expected)
        }
    }
}
