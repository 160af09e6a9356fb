/// The path of a route.
///
/// The grammar is small and fixed; this is all of it:
///
///     pattern   = ( segment / group )+ [ "/" ]
///     segment   = "/" literal  /  "/:" name  /  "/*" name
///     group     = "{" ( segment / group )+ "}"  /  "{/}"
///     name      = a letter or "_", then letters, digits and "_" (ASCII)
///     literal   = letters, digits, "%" with two hex digits and any of - . _ ~ $ & ' , ; = @
///
/// - `:name` takes one whole segment that is not empty.
/// - `*name` takes the rest of the path, at least one character, and stands last.
/// - `{…}` may be absent from the path; it holds whole segments. `{/}` is a slash that may be absent.
/// - No name occurs twice in a pattern, prefixes included.
///
/// Literals are compared with the path as received, before percent-decoding. There are no regular expressions and no
/// parameters within a segment: what a value must look like is asked of the value, see ``RouteParameters``.
struct RoutePattern: Sendable {
    enum Segment: Hashable, Sendable {
        case literal(String)
        case parameter(String)
        case rest(String)

        var name: String? {
            switch self {
            case .literal: nil
            case .parameter(let name), .rest(let name): name
            }
        }
    }

    /// The pattern with some of its groups present and the others absent.
    struct Form: Sendable {
        let segments: [Segment]
        let endsWithSlash: Bool
    }

    /// As written, prefixes included; a stable label for logs and metrics.
    let text: String
    /// The groups that come first are present first; at least one.
    let forms: [Form]
    /// The parameters, in the order of the pattern.
    let names: [String]

    /// Reads a pattern.
    ///
    /// - Parameter text: Starts with `/`, or with a group that does.
    /// - Throws: `malformedPattern` for one outside the grammar.
    init(parsing text: String) throws(RouteError) {
        var parser = RoutePatternParser(text)
        self.text = text
        forms = try parser.forms()
        var names: [String] = []
        for name in forms.flatMap(\.segments).compactMap(\.name) where !names.contains(name) { names.append(name) }
        self.names = names
    }

    /// Reads a pattern of the program; one outside the grammar is a mistake in it and traps, as the program starts.
    init(_ text: String) {
        do {
            try self.init(parsing: text)
        } catch {
            preconditionFailure(error.description)
        }
    }

    /// Whether the pattern has no parameters.
    var isLiteral: Bool { names.isEmpty }
}
