/// Base64 with the alphabet of URLs (RFC 4648, section 5), without padding.
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The text of some bytes.
    static func encode(_ bytes: some Collection<UInt8>) -> String {
        let alphabet = alphabet
        return String(unsafeUninitializedCapacity: (bytes.count * 4 + 2) / 3) { text in
            var (bits, width, count) = (UInt32(0), 0, 0)
            for byte in bytes {
                bits = bits << 8 | UInt32(byte)
                width += 8
                while width >= 6 {
                    width -= 6
                    text[count] = alphabet[Int(bits >> UInt32(width) & 63)]
                    count += 1
                }
            }
            if width > 0 {
                text[count] = alphabet[Int(bits << UInt32(6 - width) & 63)]
                count += 1
            }
            return count
        }
    }

    /// The bytes of a text; nil when it is not what ``encode(_:)`` makes of any.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (bits, width) = (UInt32(0), 0)
        for character in text.utf8 {
            guard let value = value(of: character) else { return nil }
            bits = bits << 6 | UInt32(value)
            width += 6
            guard width >= 8 else { continue }
            width -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(width)))
        }
        // What is left of the last character is less than one, and zeros: a text has one spelling.
        return width < 6 && bits & (1 << UInt32(width) - 1) == 0 ? bytes : nil
    }

    /// The six bits of a character; nil for one that is not of the alphabet.
    static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
