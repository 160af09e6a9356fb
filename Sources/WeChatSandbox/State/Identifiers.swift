import Crypto
import FoundationEssentials

/// How WeChat's identifiers look (WeChat Mini Program API, auth.code2Session).
enum Identifiers {
    private static let alphanumerics = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

    /// The user's openid in an app: 28 characters, the first an `o`.
    ///
    /// The same after a restart: it is made of the names.
    static func openID(of user: String, in appid: String) -> String {
        stableID(of: ["openid", appid, user])
    }

    /// The user's openid in the app that sees them.
    static func openID(of id: UserID) -> String {
        openID(of: id.name, in: id.appid)
    }

    /// The user's unionid among the apps of an Open Platform account; looks like an openid.
    static func unionID(of user: String, in account: String) -> String {
        stableID(of: ["unionid", account, user])
    }

    /// A login code as `wx.login` gives it: 32 alphanumeric characters.
    static func makeLoginCode() -> String { randomText(length: 32) }

    /// A code of the button for the phone number: 64 hexadecimal digits.
    static func makePhoneCode() -> String { makeRandomBytes(count: 32).hex }

    /// A session_key: 16 random bytes in Base64, 24 characters.
    static func makeSessionKey() -> String { makeRandomBytes(count: 16).base64EncodedString() }

    /// An access_token: 136 characters, two digits and an underscore first.
    static func makeAccessToken() -> String { "\(Int.random(in: 10...99))_\(randomText(length: 133))" }

    static func makeRandomBytes(count: Int) -> Data {
        var generator = SystemRandomNumberGenerator()
        return Data((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    static func isBase64URL(_ byte: UInt8) -> Bool {
        alphanumerics.contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    /// What stands in the hint of an error of `cgi-bin/…`, such as `Qm7bYa0564e611`.
    static func makeHint() -> String { randomText(length: 14) }

    /// What WeChat names a request by in an error of `sns/…`, such as `WhGalA0gE-a.Bkza`.
    static func makeSNSRequestID() -> String { "\(randomText(length: 9))-\(randomText(length: 6))" }

    /// What WeChat names a request by elsewhere, such as `65ec5fd8-1ac086e3-0dc0cbee`.
    static func makeGatewayRequestID() -> String {
        (0..<3).map { _ in
            let digits = String(UInt32.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 8 - digits.utf8.count) + digits
        }.joined(separator: "-")
    }

    private static func stableID(of parts: [String]) -> String {
        // A name may hold any character but a zero byte, so no two lists of names are one text.
        let digest = SHA256.hash(data: Data(parts.joined(separator: "\0").utf8))
        let text = Data(digest).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_")
        return "o" + text.prefix(27)
    }

    private static func randomText(length: Int) -> String {
        String(decoding: (0..<length).map { _ in alphanumerics[Int.random(in: alphanumerics.indices)] }, as: UTF8.self)
    }
}
