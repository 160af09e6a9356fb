/// Reads the XML that WeChat pushes: one element, whose elements hold text, in CDATA or not.
///
/// Elements with elements of their own are passed over. Whatever else XML has (declarations of types, entities beyond
/// the five, comments, attributes) WeChat does not send, and is refused.
struct XMLFields {
    private var rest: Substring

    private static let maximumDepth = 16
    private static let entities = [
        ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&"),
    ]

    /// The texts by the names of their elements; `nil` for other XML, and when a name occurs twice.
    static func read(_ bytes: [UInt8]) -> [String: String]? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var reader = XMLFields(rest: text[...])
        return reader.fields()
    }

    private mutating func fields() -> [String: String]? {
        skipSpace()
        if rest.hasPrefix("<?xml") {
            guard let end = rest.firstRange(of: "?>") else { return nil }
            rest = rest[end.upperBound...]
            skipSpace()
        }
        guard let root = startTag() else { return nil }
        var fields: [String: String] = [:]
        while true {
            skipSpace()
            if skip("</\(root)>") { break }
            guard let name = startTag(), let content = content(of: name, depth: 1) else { return nil }
            guard case .text(let text) = content else { continue }
            guard fields.updateValue(text, forKey: name) == nil else { return nil }
        }
        skipSpace()
        return rest.isEmpty ? fields : nil
    }

    private enum Content {
        case text(String)
        case elements
    }

    /// What is in an element, up to and with its end tag.
    private mutating func content(of name: String, depth: Int) -> Content? {
        guard depth < Self.maximumDepth else { return nil }
        var text = ""
        var hasElements = false
        while true {
            if skip("<![CDATA[") {
                guard let end = rest.firstRange(of: "]]>") else { return nil }
                text += rest[..<end.lowerBound]
                rest = rest[end.upperBound...]
            } else if skip("</\(name)>") {
                return hasElements ? .elements : .text(text)
            } else if rest.hasPrefix("<") {
                guard let inner = startTag(), content(of: inner, depth: depth + 1) != nil else { return nil }
                hasElements = true
            } else {
                let end = rest.firstIndex(of: "<") ?? rest.endIndex
                guard end < rest.endIndex, let plain = Self.unescaped(rest[..<end]) else { return nil }
                text += plain
                rest = rest[end...]
            }
        }
    }

    private mutating func startTag() -> String? {
        guard let match = rest.prefixMatch(of: /<([A-Za-z_][A-Za-z0-9_]{0,63})>/) else { return nil }
        rest = rest[match.range.upperBound...]
        return String(match.1)
    }

    private mutating func skip(_ text: String) -> Bool {
        guard rest.hasPrefix(text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }

    private mutating func skipSpace() {
        rest = rest.drop { $0.isWhitespace }
    }

    private static func unescaped(_ text: Substring) -> String? {
        guard text.contains("&") else { return String(text) }
        var result = ""
        var rest = text
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            rest = rest[start...]
            guard let entity = entities.first(where: { rest.hasPrefix($0.0) }) else { return nil }
            result += entity.1
            rest = rest.dropFirst(entity.0.count)
        }
        return result + rest
    }
}
