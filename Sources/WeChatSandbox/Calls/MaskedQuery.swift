/// A query string for the list of calls: names stay, values stay only where they cannot be a secret.
enum MaskedQuery {
    static let mask = "***"
    private static let longest = 1_024
    private static let plainWords: [Substring: Set<Substring>] = [
        "grant_type": ["authorization_code", "client_credential"], "sig_method": ["hmac_sha256"],
    ]

    static func mask(_ query: String) -> String {
        let pairs = query.prefix(longest).split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[1].isEmpty else { return isName(parts[0]) ? String(pair) : mask }
            return
                "\(isName(parts[0]) ? String(parts[0]) : mask)=\(isPlain(parts[0], parts[1]) ? String(parts[1]) : mask)"
        }
        return pairs.joined(separator: "&")
    }

    /// An AppSecret that was put in the wrong place, in that of the AppID for one, is still a secret.
    static func isPlain(_ name: Substring, _ value: Substring) -> Bool {
        switch name {
        case "appid", "component_appid": value.hasPrefix("wx") && value.utf8.count <= 32
        default: plainWords[name]?.contains(value) ?? false
        }
    }

    static func isName(_ text: Substring) -> Bool {
        text.utf8.count <= 24 && text.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (0x61...0x7A).contains($0) }
    }
}
