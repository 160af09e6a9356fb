package import FoundationEssentials
package import JWTKit
package import KoaKit
import NIOCore

/// A token in the compact form of RFC 7515, section 7.1, taken apart; nothing of it is believed yet.
///
/// Read here and not by JWTKit, whose reader takes JSON with repeated names and several spellings of the same bytes, so
/// that a list of revoked tokens could be passed by, and whose header type traps at a number beyond 64 bits.
package struct SignedToken {
    /// `alg`.
    package let algorithm: String
    /// `kid`.
    package let keyID: String?
    /// `typ` in lower case, without `application/`.
    package let type: String?
    /// The claims as they were sent.
    package let payload: Data
    /// What was signed.
    private let signed: Data
    private let signature: Data

    /// - Throws: ``TokenRefusal`` for what is not three parts, each spelt in the one way that Base64 for URLs has, the
    ///   first two of them JSON objects.
    package init(_ text: String) throws(TokenRefusal) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64URL.decode(String(parts[0])),
            let payload = Base64URL.decode(String(parts[1])), let signature = Base64URL.decode(String(parts[2]))
        else { throw .invalid("not a token") }
        let header = try Self.object(head)
        guard let algorithm = header["alg"]?.stringValue else { throw .invalid("no algorithm") }
        // None of the extensions that a token may insist on is known here (section 4.1.11).
        guard header["crit"] == nil else { throw .invalid("critical extension") }
        self.algorithm = algorithm
        keyID = try Self.text("kid", of: header)
        let type = try Self.text("typ", of: header)?.lowercased()
        let prefix = "application/"
        self.type = type.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
        self.payload = payload
        self.signature = signature
        signed = Data("\(parts[0]).\(parts[1])".utf8)
    }

    /// Whether the signature is the key's.
    package func isSigned(by key: some JWTAlgorithm) -> Bool {
        (try? key.verify(signature, signs: signed)) ?? false
    }

    /// The claims as JSON.
    ///
    /// - Throws: ``TokenRefusal`` when they are no JSON object.
    package func claims() throws(TokenRefusal) -> JSONValue { try Self.object(payload) }

    private static func object(_ data: Data) throws(TokenRefusal) -> JSONValue {
        guard let value = try? JSONValue(parsing: ByteBuffer(bytes: data)), case .object = value else {
            throw .invalid("not a JSON object")
        }
        return value
    }

    private static func text(_ name: String, of header: JSONValue) throws(TokenRefusal) -> String? {
        guard let value = header[name] else { return nil }
        guard let text = value.stringValue else { throw .invalid("\(name) is no string") }
        return text
    }
}
