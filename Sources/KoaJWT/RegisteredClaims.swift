package import FoundationEssentials
package import KoaKit

/// The claims that every token is checked for (RFC 7519, section 4.1).
package struct RegisteredClaims {
    private let claims: JSONValue

    /// Takes the claims of a token whose signature is good.
    package init(_ claims: JSONValue) { self.claims = claims }

    /// Checks `exp` and `nbf`; times are seconds since 1970, fractions allowed.
    package func checkTime(_ now: Date, leeway: Duration, requiresExpiration: Bool) throws(TokenRefusal) {
        let now = now.timeIntervalSince1970
        let leeway = leeway / .seconds(1)
        if let start = try time("nbf"), now + leeway < start { throw .invalid("not yet valid") }
        if let end = try time("exp") {
            if now - leeway >= end { throw .expired }
        } else if requiresExpiration {
            throw .invalid("no expiration")
        }
    }

    /// Checks `iss`.
    package func checkIssuer(_ issuers: Set<String>) throws(TokenRefusal) {
        guard !issuers.isEmpty else { return }
        guard let issuer = claims["iss"]?.stringValue, issuers.contains(issuer) else { throw .invalid("issuer") }
    }

    /// Checks `aud`, a string or a list of them.
    package func checkAudience(_ audiences: Set<String>) throws(TokenRefusal) {
        let named: [String?]
        switch claims["aud"] {
        case nil:
            guard audiences.isEmpty else { throw .invalid("no audience") }
            return
        case .array(let elements)?: named = elements.map(\.stringValue)
        case let element?: named = [element.stringValue]
        }
        let isForUs = named.contains { $0.map(audiences.contains) ?? false }
        guard isForUs, !named.contains(nil) else { throw .invalid("audience") }
    }

    private func time(_ name: String) throws(TokenRefusal) -> Double? {
        switch claims[name] {
        case nil: return nil
        case .integer(let seconds)?: return Double(seconds)
        case .double(let seconds)? where seconds.isFinite: return seconds
        default: throw .invalid("\(name) is no time")
        }
    }
}
