import FoundationEssentials

/// A line of `Set-Cookie` (RFC 6265, section 4.1).
struct SetCookie {
    let name: String
    let value: String
    let options: CookieOptions
    let isSecure: Bool
    let sameSite: CookieOptions.SameSite?

    /// - Throws: ``CookieError`` for what the field cannot carry, or the client would not read as it was meant.
    init(_ name: String, _ value: String, _ options: CookieOptions, isSecure: Bool, sameSite: CookieOptions.SameSite?)
        throws(CookieError)
    {
        guard name.isToken else { throw CookieError(code: .invalidName) }
        guard Self.isPlain(value), !value.hasPrefix(" "), !value.hasSuffix(" ") else {
            throw CookieError(code: .invalidValue)
        }
        guard options.path.hasPrefix("/"), Self.isPlain(options.path) else { throw CookieError(code: .invalidPath) }
        if let domain = options.domain {
            guard !domain.isEmpty, domain.utf8.allSatisfy(Self.isDomainByte) else {
                throw CookieError(code: .invalidDomain)
            }
        }
        self.name = name
        self.value = value
        self.options = options
        self.isSecure = isSecure
        self.sameSite = sameSite
    }

    /// The value of the field.
    func text(at now: Date) -> String {
        var text = "\(name)=\(value); path=\(options.path)"
        if let maxAge = options.maxAge {
            // What is to expire does so on a client whose clock is slow, too.
            let end = maxAge > .zero ? now.addingTimeInterval(maxAge / .seconds(1)) : Date(timeIntervalSince1970: 0)
            text += "; expires=\(HTTPDate.text(of: end))"
        }
        if let domain = options.domain { text += "; domain=\(domain)" }
        if let priority = options.priority { text += "; priority=\(priority.rawValue.lowercased())" }
        if let sameSite { text += "; samesite=\(sameSite.rawValue.lowercased())" }
        if isSecure { text += "; secure" }
        if options.isHTTPOnly { text += "; httponly" }
        if options.isPartitioned { text += "; partitioned" }
        return text
    }

    /// Whether a line of `Set-Cookie` sets a cookie of this name.
    static func line(_ line: String, sets name: String) -> Bool { line.hasPrefix(name + "=") }

    /// Letters, digits, hyphens and dots.
    private static func isDomainByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Visible ASCII and spaces without the semicolon that would begin an attribute.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ";") }
    }
}
