/// The parameters of a media type (RFC 9110, section 5.6.6).
struct MediaParameters {
    private(set) var values: [(name: String, value: String)] = []

    /// The value of a parameter, whatever the case of its name.
    subscript(name: String) -> String? { values.first { $0.name == name.lowercased() }?.value }

    /// Reads `type/subtype; name=value; …`; nil when it is malformed.
    init?(parsing text: some StringProtocol) {
        var rest = Substring(text)
        let type = FieldList.trimmed(rest.prefix { $0 != ";" })
        let halves = type.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, halves.allSatisfy({ $0.isToken && !$0.contains("*") }) else { return nil }
        rest = rest.dropFirst(rest.prefix { $0 != ";" }.count)
        while rest.first == ";" {
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
            // An empty parameter, as a stray semicolon at the end makes, says nothing.
            guard let first = rest.first, first != ";" else { continue }
            let name = rest.prefix { $0 != "=" }
            guard name.isToken, name.endIndex < rest.endIndex else { return nil }
            rest = rest[name.endIndex...].dropFirst()
            guard let value = Self.takeValue(from: &rest) else { return nil }
            values.append((name.lowercased(), value))
            rest = rest.drop { $0 == " " || $0 == "\t" }
        }
        guard rest.isEmpty else { return nil }
    }

    /// A token or a quoted string.
    private static func takeValue(from rest: inout Substring) -> String? {
        guard rest.first == "\"" else {
            let value = rest.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
            rest = rest[value.endIndex...]
            return value.isToken ? String(value) : nil
        }
        var value = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst() {
            if character == "\"" { return value }
            guard character != "\\" else {
                guard let escaped = rest.popFirst() else { return nil }
                value.append(escaped)
                continue
            }
            value.append(character)
        }
        return nil
    }
}
