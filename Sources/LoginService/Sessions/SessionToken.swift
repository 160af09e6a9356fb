import Crypto
import FoundationEssentials
import WeChatAPI

/// A bearer token in one of the styles of the contract; its description hides it.
enum SessionToken: Hashable, Redacted, Sendable {
    /// The MD5 of an openid.
    case md5(String)
    /// Random, for one login.
    case opaque(OpaqueToken)

    /// Takes what a client sent; nil when it has not the shape of the style, so that Redis is not asked.
    init?(_ text: String, style: TokenStyle) {
        switch style {
        case .md5:
            guard Self.isMD5(text) else { return nil }
            self = .md5(text)
        case .opaque:
            guard let token = OpaqueToken(text) else { return nil }
            self = .opaque(token)
        }
    }

    /// The token of a user in the `md5` style: always the same.
    static func md5(of openID: OpenID) -> SessionToken {
        .md5(Insecure.MD5.hash(data: Data(openID.rawValue.utf8)).hexadecimal)
    }

    /// As clients hold it.
    var rawValue: String {
        switch self {
        case .md5(let text): text
        case .opaque(let token): token.text
        }
    }

    var redactedDescription: String { "***" }

    private static func isMD5(_ text: String) -> Bool {
        guard text.utf8.count == 32 else { return false }
        // Over the bytes in memory: this is asked of every request, and costs a fifth so.
        return text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(isLowercaseHexadecimal) }
            ?? text.utf8.allSatisfy(isLowercaseHexadecimal)
    }

    private static func isLowercaseHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}

extension Sequence<UInt8> {
    /// Lowercase hexadecimal digits.
    var hexadecimal: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * underestimatedCount)
        for byte in self {
            digits.append(Self.digit(byte >> 4))
            digits.append(Self.digit(byte & 15))
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
