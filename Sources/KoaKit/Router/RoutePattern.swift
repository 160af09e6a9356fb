/// The path of a route.
///
/// The grammar is fixed: literal segments, `:name` for one segment, and a last `*name` for the rest.
///
/// Literals match whatever their case, and a trailing slash makes no difference, as in @koa/router.
struct RoutePattern: Sendable {
    enum Segment: Hashable, Sendable {
        case literal(String)
        case parameter
        case rest
    }

    /// As written, prefixes included; a stable label for logs and metrics.
    let text: String
    let segments: [Segment]
    /// The names of the parameters, each with the segment where it begins.
    private let names: [(name: String, index: Int, isRest: Bool)]

    /// - Parameter text: Starts with `/`. A pattern outside the grammar traps: it is a mistake in the program, found
    ///   when the program starts.
    init(_ text: String) {
        precondition(text.hasPrefix("/"), "a route starts with '/': \(text)")
        self.text = text
        var segments: [Segment] = []
        var names: [(name: String, index: Int, isRest: Bool)] = []
        for part in Self.split(text) {
            if part.hasPrefix(":") || part.hasPrefix("*") {
                let isRest = part.hasPrefix("*")
                precondition(part.count > 1, "a route parameter needs a name: \(text)")
                precondition(segments.last != .rest, "nothing can follow '*': \(text)")
                names.append((String(part.dropFirst()), segments.count, isRest))
                segments.append(isRest ? .rest : .parameter)
            } else {
                precondition(segments.last != .rest, "nothing can follow '*': \(text)")
                segments.append(.literal(part.lowercased()))
            }
        }
        self.segments = segments
        self.names = names
    }

    /// Whether the pattern has no parameters.
    var isLiteral: Bool { names.isEmpty }

    /// The form under which literal paths are looked up: lower case, no trailing slash.
    static func normalized(_ path: String) -> String {
        "/" + split(path).joined(separator: "/").lowercased()
    }

    /// The segments of a path; those of `/a/` are those of `/a`.
    static func split(_ path: String) -> [Substring] {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        if parts.last?.isEmpty == true { parts.removeLast() }
        return Array(parts)
    }

    /// The parameters of a path that matched.
    func parameters(of parts: [Substring]) -> RouteParameters {
        RouteParameters(
            names.map { name, index, isRest in
                let raw = isRest ? parts[index...].joined(separator: "/")[...] : parts[index]
                return (name, PercentEncoding.decodeSegment(raw))
            }
        )
    }
}

/// The parameters of the matched route, percent-decoded; malformed escapes stay as they were received.
public struct RouteParameters: Sendable {
    private let values: [(name: String, value: String)]

    init(_ values: [(name: String, value: String)] = []) {
        self.values = values
    }

    /// The value of a parameter; nil when the matched route has none of this name.
    public subscript(name: String) -> String? {
        values.first { $0.name == name }?.value
    }
}
