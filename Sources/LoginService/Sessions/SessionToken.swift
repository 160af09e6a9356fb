import Crypto
import FoundationEssentials
import WeChatAPI

/// A bearer token in one of the styles of the contract; its description hides it.
enum SessionToken: Hashable, Redacted, Sendable {
    /// The MD5 of an openid.
    case md5(String)
    /// Random, for one login.
    case opaque(OpaqueToken)
    /// Signed, for one login; indirect, so that the tokens of the other styles stay small.
    indirect case jwt(SessionJWT)

    /// Takes 32 lowercase hexadecimal digits; nil for anything else.
    init?(md5 text: String) {
        guard text.utf8.count == 32 else { return nil }
        // Over the bytes in memory: this is asked of every request, and costs a fifth so.
        let isMD5 =
            text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(Self.isLowercaseHexadecimal) }
            ?? text.utf8.allSatisfy(Self.isLowercaseHexadecimal)
        guard isMD5 else { return nil }
        self = .md5(text)
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
        case .jwt(let token): token.text
        }
    }

    /// Whether the token itself says that it is over, whatever the store says.
    var isExpired: Bool { if case .jwt(let token) = self { token.isExpired } else { false } }

    var redactedDescription: String { "***" }

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
