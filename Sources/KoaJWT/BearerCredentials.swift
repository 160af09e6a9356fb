import KoaKit
import NIOHTTP1

/// The credentials of `Authorization: Bearer` (RFC 6750, section 2.1).
enum BearerCredentials {
    /// The token; nil when the request has no `Authorization`, or one of another scheme.
    ///
    /// - Throws: ``TokenRefusal`` for more than one field, and for `Bearer` without one well-formed token.
    static func token(in headers: HTTPHeaders) throws(TokenRefusal) -> String? {
        let fields = headers["authorization"]
        guard let field = fields.first else { return nil }
        guard fields.count == 1 else { throw .malformedRequest }
        let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.first?.lowercased() == "bearer" else { return nil }
        guard parts.count == 2 else { throw .malformedRequest }
        let token = parts[1].drop { $0 == " " }
        guard isToken68(token) else { throw .malformedRequest }
        return String(token)
    }

    /// RFC 9110, section 11.2.
    private static func isToken68(_ text: Substring) -> Bool {
        let body = text.utf8.prefix { $0 != UInt8(ascii: "=") }
        guard !body.isEmpty, text.utf8.dropFirst(body.count).allSatisfy({ $0 == UInt8(ascii: "=") }) else {
            return false
        }
        return body.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
    }
}
