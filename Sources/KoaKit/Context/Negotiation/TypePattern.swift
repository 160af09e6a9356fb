/// Patterns of media types, as handlers write them: `json`, `image/*`, `+json`, `urlencoded`, `multipart`.
enum TypePattern {
    /// The first pattern that a type fits: the type itself for a pattern with a wildcard, else the pattern as written.
    ///
    /// Without patterns: the type.
    static func firstMatch(of patterns: [String], with type: String?) -> String? {
        guard let type, isMediaType(type) else { return nil }
        guard !patterns.isEmpty else { return type }
        for pattern in patterns {
            guard let expected = mediaRange(of: pattern), fits(type, expected) else { continue }
            return pattern.hasPrefix("+") || pattern.contains("*") ? type : pattern
        }
        return nil
    }

    private static func isMediaType(_ type: String) -> Bool {
        let halves = type.split(separator: "/", omittingEmptySubsequences: false)
        return halves.count == 2 && halves.allSatisfy(\.isToken)
    }

    private static func mediaRange(of pattern: String) -> String? {
        switch pattern {
        case "urlencoded": "application/x-www-form-urlencoded"
        case "multipart": "multipart/*"
        case _ where pattern.hasPrefix("+"): "*/*" + pattern.lowercased()
        case _ where pattern.contains("/"): pattern.lowercased()
        default: MediaTypes.type(ofExtension: pattern)
        }
    }

    private static func fits(_ type: String, _ range: String) -> Bool {
        let actual = type.split(separator: "/")
        let expected = range.split(separator: "/")
        guard actual.count == 2, expected.count == 2 else { return false }
        guard expected[0] == "*" || expected[0] == actual[0] else { return false }
        // `*+json` takes any subtype that ends so, and nothing shorter.
        if expected[1].hasPrefix("*+") { return actual[1].hasSuffix(expected[1].dropFirst()) }
        return expected[1] == "*" || expected[1] == actual[1]
    }
}
