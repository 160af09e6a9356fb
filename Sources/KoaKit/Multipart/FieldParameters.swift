/// A field value with parameters, such as `form-data; name="a"`, as clients of forms write it.
///
/// ``MediaParameters`` reads those of media types by the letter; here a backslash may be part of a file's name, and a
/// boundary may hold what a token may not.
struct FieldParameters {
    /// What is before the parameters, in lower case.
    let value: String
    private let parameters: [String: String]

    /// A parameter's value; nil when it is absent.
    subscript(name: String) -> String? { parameters[name] }

    /// Parses a field value.
    ///
    /// - Returns: Nil when it is malformed or repeats a parameter.
    init?(_ text: String) {
        var rest = text.unicodeScalars[...]
        value = Self.trimmed(Self.take(from: &rest) { $0 != ";" }).lowercased()
        var parameters: [String: String] = [:]
        while rest.popFirst() != nil {
            Self.skipBlanks(&rest)
            // A stray semicolon is harmless and sent by some.
            if rest.isEmpty || rest.first == ";" { continue }
            let name = Self.trimmed(Self.take(from: &rest) { $0 != "=" && $0 != ";" }).lowercased()
            guard !name.isEmpty, rest.popFirst() == "=" else { return nil }
            Self.skipBlanks(&rest)
            guard let value = rest.first == "\"" ? Self.takeQuoted(from: &rest) : Self.takeToken(from: &rest),
                parameters.updateValue(value, forKey: name) == nil
            else { return nil }
            Self.skipBlanks(&rest)
            guard rest.isEmpty || rest.first == ";" else { return nil }
        }
        self.parameters = parameters
    }

    private typealias Scalars = Substring.UnicodeScalarView

    private static func take(from rest: inout Scalars, while isTaken: (Unicode.Scalar) -> Bool) -> Scalars {
        let taken = rest.prefix(while: isTaken)
        rest = rest[taken.endIndex...]
        return taken
    }

    private static func takeToken(from rest: inout Scalars) -> String? {
        let token = take(from: &rest) { $0 != ";" && $0 != " " && $0 != "\t" && $0 != "\"" }
        return token.isEmpty ? nil : String(token)
    }

    /// A backslash escapes a quote and itself; before anything else it is one, as in the paths that browsers once sent.
    private static func takeQuoted(from rest: inout Scalars) -> String? {
        rest.removeFirst()
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == "\"" { return String(text) }
            if scalar == "\\", let next = rest.first, next == "\"" || next == "\\" {
                rest.removeFirst()
                text.append(next)
            } else {
                text.append(scalar)
            }
        }
        return nil
    }

    private static func skipBlanks(_ rest: inout Scalars) {
        rest = rest.drop { $0 == " " || $0 == "\t" }
    }

    private static func trimmed(_ text: Scalars) -> String {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
