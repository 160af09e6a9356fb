/// Reads route patterns; see ``RoutePattern`` for the grammar.
struct RoutePatternParser {
    /// More than anyone can read; each group doubles the forms.
    private static let maximumForms = 16

    private let text: String
    private var rest: Substring

    init(_ text: String) {
        self.text = text
        rest = text[...]
    }

    mutating func forms() throws(RouteError) -> [RoutePattern.Form] {
        guard text.hasPrefix("/") || text.hasPrefix("{/") else { throw malformed("it does not start with '/'") }
        let expansions = try expansions(depth: 0)
        var forms: [RoutePattern.Form] = []
        for expansion in expansions { forms.append(try form(of: expansion)) }
        return forms
    }

    /// The texts that a sequence of characters and groups stands for, up to the end or to the `}` that closes it.
    private mutating func expansions(depth: Int) throws(RouteError) -> [String] {
        var texts = [""]
        while let character = rest.first, character != "}" || depth == 0 {
            rest.removeFirst()
            switch character {
            case "{":
                guard rest.first == "/" || rest.first == "{" else { throw malformed("a group holds whole segments") }
                let inner = try expansions(depth: depth + 1)
                guard rest.popFirst() == "}" else { throw malformed("a '{' is not closed") }
                guard rest.isEmpty || "/{}".contains(rest[rest.startIndex]) else {
                    throw malformed("a group holds whole segments")
                }
                texts = texts.flatMap { text in inner.map { text + $0 } + [text] }
                guard texts.count <= Self.maximumForms else { throw malformed("it has more than four groups") }
            case "}": throw malformed("a '}' closes nothing")
            default: for index in texts.indices { texts[index].append(character) }
            }
        }
        return texts
    }

    private func form(of text: String) throws(RouteError) -> RoutePattern.Form {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        // What is left when all groups are absent may be nothing: that is the root.
        let endsWithSlash = parts.isEmpty || parts.last?.isEmpty == true
        if parts.last?.isEmpty == true { parts.removeLast() }
        var segments: [RoutePattern.Segment] = []
        for part in parts {
            if case .rest(let name)? = segments.last { throw malformed("something follows '*\(name)'") }
            let segment = try self.segment(part)
            if let name = segment.name, segments.contains(where: { $0.name == name }) {
                throw malformed("two parameters are named '\(name)'")
            }
            segments.append(segment)
        }
        if case .rest(let name)? = segments.last, endsWithSlash { throw malformed("something follows '*\(name)'") }
        return RoutePattern.Form(segments: segments, endsWithSlash: endsWithSlash)
    }

    private func segment(_ part: Substring) throws(RouteError) -> RoutePattern.Segment {
        switch part.first {
        case nil: throw malformed("it has an empty segment")
        case ":": return .parameter(try name(part))
        case "*": return .rest(try name(part))
        default: break
        }
        var bytes = part.utf8[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard bytes.popFirst()?.isHexDigit == true, bytes.popFirst()?.isHexDigit == true else {
                    throw malformed("a '%' stands without two hex digits in '\(part)'")
                }
            case UInt8(ascii: ":"), UInt8(ascii: "*"):
                throw malformed("a parameter is a whole segment, not a piece of '\(part)'")
            case _ where byte.isRouteLetter || byte.isDigit || Self.marks.contains(byte): continue
            case 0x80...: throw malformed("'\(part)' holds more than ASCII, which paths hold percent-encoded")
            default:
                let character = Character(Unicode.Scalar(byte))
                throw malformed("'\(character)' has no meaning in '\(part)'; there are no regular expressions")
            }
        }
        return .literal(String(part))
    }

    private static let marks = Array("-.~$&',;=@".utf8)

    private func name(_ part: Substring) throws(RouteError) -> String {
        let name = part.dropFirst()
        guard let first = name.utf8.first else { throw malformed("a parameter has no name") }
        guard first.isRouteLetter, name.utf8.allSatisfy({ $0.isRouteLetter || $0.isDigit }) else {
            throw malformed("'\(name)' is not a parameter's name: letters, digits and '_', no digit first")
        }
        return String(name)
    }

    private func malformed(_ reason: String) -> RouteError {
        RouteError(.malformedPattern, "'\(text)' is not a route: \(reason)")
    }
}

extension UInt8 {
    fileprivate var isRouteLetter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }

    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    fileprivate var isHexDigit: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20) }
}
