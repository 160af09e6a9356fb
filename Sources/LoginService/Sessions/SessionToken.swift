import Crypto
import FoundationEssentials
import WeChatAPI

/// A bearer token in one of the styles of the contract; its description hides it.
struct SessionToken: Hashable, Redacted, Sendable {
    let rawValue: String
    let style: TokenStyle

    /// Takes what a client sent; nil when it has not the shape of the style, so that Redis is not asked.
    init?(_ text: String, style: TokenStyle) {
        guard style.matches(text) else { return nil }
        rawValue = text
        self.style = style
    }

    private init(rawValue: String, style: TokenStyle) {
        self.rawValue = rawValue
        self.style = style
    }

    /// The token of a user in the `md5` style: always the same.
    static func md5(of openID: OpenID) -> SessionToken {
        let digest = Insecure.MD5.hash(data: Data(openID.rawValue.utf8))
        return SessionToken(rawValue: digest.hexadecimal, style: .md5)
    }

    /// The token of a login in the `opaque` style.
    ///
    /// - Parameter entropy: 32 bytes, random or a secret's digest.
    /// - Returns: The token.
    static func opaque(_ entropy: some Sequence<UInt8>) -> SessionToken {
        let text = Data(entropy).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return SessionToken(rawValue: TokenStyle.opaquePrefix + text, style: .opaque)
    }

    var redactedDescription: String { "***" }
}

/// How the tokens of `/user/wechatlogin` look: the setting `TOKEN_STYLE`.
public enum TokenStyle: String, Sendable, CaseIterable {
    /// 32 lowercase hexadecimal digits, the MD5 of the openid: one session for all devices of a user. The default.
    case md5
    /// `token_` and 43 base64url characters, 256 random bits: one session for each login.
    case opaque

    static let opaquePrefix = "token_"

    /// Whether a text has the shape of this style.
    func matches(_ text: String) -> Bool {
        switch self {
        case .md5:
            guard text.utf8.count == 32 else { return false }
            // Over the bytes in memory: this is asked of every request, and costs a fifth so.
            return text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(Self.isLowercaseHexadecimal) }
                ?? text.utf8.allSatisfy(Self.isLowercaseHexadecimal)
        case .opaque:
            guard text.utf8.count == 49, text.hasPrefix(Self.opaquePrefix) else { return false }
            return text.utf8.dropFirst(Self.opaquePrefix.utf8.count).allSatisfy(Self.isBase64URL)
        }
    }

    private static func isLowercaseHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }

    private static func isBase64URL(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension Sequence<UInt8> {
    /// Lowercase hexadecimal digits.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
