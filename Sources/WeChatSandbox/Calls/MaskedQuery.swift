/// A query string for the list of calls: names stay, values stay only where they cannot be a secret.
enum MaskedQuery {
    private static let longest = 1_024
    private static let plainNames: Set<Substring> = ["appid", "grant_type"]
    private static let mask = "***"

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
    private static func isPlain(_ name: Substring, _ value: Substring) -> Bool {
        guard plainNames.contains(name) else { return false }
        return name == "appid" ? value.hasPrefix("wx") && value.utf8.count <= 32 : value == "authorization_code"
    }

    private static func isName(_ text: Substring) -> Bool {
        text.utf8.count <= 20 && text.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (0x61...0x7A).contains($0) }
    }
}
