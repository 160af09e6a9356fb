/// Rewrites the `?` of a statement as the `$1`, `$2`, … of PostgreSQL.
///
/// Those in literals, quoted names, dollar-quoted bodies and comments are not placeholders.
struct NumberedPlaceholders {
    private let text: [UInt8]
    private var position = 0
    private var output: [UInt8] = []
    private var count = 0

    /// - Parameter text: A statement with `?`.
    /// - Returns: The statement with numbers, and how many there are.
    static func rewrite(_ text: String) -> (text: String, count: Int) {
        guard text.utf8.contains(UInt8(ascii: "?")) else { return (text, 0) }
        var rewriting = NumberedPlaceholders(text: Array(text.utf8))
        while rewriting.position < rewriting.text.count { rewriting.step() }
        return (String(decoding: rewriting.output, as: UTF8.self), rewriting.count)
    }

    private init(text: [UInt8]) {
        self.text = text
    }

    private mutating func step() {
        switch text[position] {
        case UInt8(ascii: "?"):
            count += 1
            output += "$\(count)".utf8
            position += 1
        case UInt8(ascii: "'"):
            let hasEscapes = position > 0 && text[position - 1] | 0x20 == UInt8(ascii: "e")
            copy(through: "'", escape: hasEscapes ? UInt8(ascii: "\\") : nil)
        case UInt8(ascii: "\""): copy(through: "\"")
        case UInt8(ascii: "-") where starts(with: "--"): copy(through: "\n")
        case UInt8(ascii: "/") where starts(with: "/*"): copy(through: "*/")
        case UInt8(ascii: "$"):
            let tag = text[(position + 1)...].prefix { $0 != UInt8(ascii: "$") && Self.isTagByte($0) }
            if tag.endIndex < text.count, text[tag.endIndex] == UInt8(ascii: "$") {
                copy(through: "$" + String(decoding: tag, as: UTF8.self) + "$", skipping: tag.count + 2)
            } else {
                copy(1)
            }
        default: copy(1)
        }
    }

    /// Copies up to the end of `mark`, which is looked for after so many bytes.
    private mutating func copy(through mark: String, escape: UInt8? = nil, skipping skipped: Int = 1) {
        copy(skipped)
        while position < text.count, !starts(with: mark) { copy(text[position] == escape ? 2 : 1) }
        copy(mark.utf8.count)
    }

    private mutating func copy(_ count: Int) {
        let end = min(position + count, text.count)
        output += text[position..<end]
        position = end
    }

    private func starts(with mark: String) -> Bool {
        text[position...].starts(with: mark.utf8)
    }

    private static func isTagByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte >= 0x80 || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
            || byte >= 0x30 && byte <= 0x39
    }
}
