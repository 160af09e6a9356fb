package import FoundationEssentials

/// Base64 for URLs and file names, without padding (RFC 4648, section 5).
package enum Base64URL {
    package static func encode(_ data: Data) -> String {
        String(
            data.base64EncodedString().compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            }
        )
    }

    /// Nil for anything but what ``encode(_:)`` makes: a value has one spelling.
    package static func decode(_ text: String) -> Data? {
        let plain = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        let padding = String(repeating: "=", count: (4 - plain.count % 4) % 4)
        guard let data = Data(base64Encoded: String(plain) + padding), encode(data) == text else { return nil }
        return data
    }
}
