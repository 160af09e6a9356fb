/// A URL as it stands in a `Location` field.
struct Location {
    /// As given, an absolute one normalised.
    let text: String

    /// An absolute http or https URL gets its host in lower case, slashes for backslashes, as browsers read them, and a
    /// slash after a bare host: what the program compared is then what the client goes to.
    init(_ url: String) {
        let trimmed = Self.withoutBlanks(url)
        guard let start = Self.startOfAuthority(in: trimmed) else {
            text = url
            return
        }
        let scheme = trimmed[..<start].prefix { $0 != ":" }.lowercased()
        let rest = trimmed[start...]
        let end = rest.firstIndex { $0 == "?" || $0 == "#" } ?? rest.endIndex
        let straight = rest[..<end].map { $0 == "\\" ? "/" : $0 }.drop { $0 == "/" }
        let authority = String(straight.prefix { $0 != "/" })
        let path = straight.dropFirst(authority.count)
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let user = authority.dropLast(host.count)
        text = "\(scheme)://\(user)\(host.lowercased())\(path.isEmpty ? "/" : String(path))\(rest[end...])"
    }

    /// Percent-encoded where a URL may not hold a character: nothing is left that could end the field.
    var encoded: String {
        // A `%` stays where it is an escape already.
        let parts = text.utf8.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false)
        return parts.enumerated().reduce(into: "") { encoded, part in
            let isEscape = part.element.count >= 2 && part.element.prefix(2).allSatisfy(Self.isHex)
            if part.offset > 0 { encoded += isEscape ? "%" : "%25" }
            encoded += PercentEncoding.encode(String(Substring(part.element)), keeping: Self.isURLByte)
        }
    }

    /// Where the authority starts in an absolute http or https URL; nil for any other.
    static func startOfAuthority(in url: String) -> String.Index? {
        guard let colon = url.firstIndex(of: ":"), ["http", "https"].contains(url[..<colon].lowercased()) else {
            return nil
        }
        let slashes = url[colon...].dropFirst().prefix(2)
        guard slashes.count == 2, slashes.allSatisfy({ $0 == "/" || $0 == "\\" }) else { return nil }
        return slashes.endIndex
    }

    /// Browsers drop tabs and line ends, and blanks at both ends.
    private static func withoutBlanks(_ url: String) -> String {
        let kept = url.unicodeScalars.filter { !["\t", "\n", "\r"].contains($0) }
        let start = kept.firstIndex { $0.value > 0x20 } ?? kept.endIndex
        let end = kept.lastIndex { $0.value > 0x20 }.map { kept.index(after: $0) } ?? start
        return String(String.UnicodeScalarView(kept[start..<end]))
    }

    private static func isURLByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
            UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "}"):
            false
        default: (0x21...0x7E).contains(byte)
        }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
