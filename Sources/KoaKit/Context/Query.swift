/// The parameters of a query, in their order, by the rules of `application/x-www-form-urlencoded`.
///
/// `+` is a space, malformed escapes stay, bytes that are not UTF-8 become U+FFFD, brackets do not nest. A name may come
/// several times.
///
/// ```swift
/// // GET /search?tag=a&tag=b&page=2
/// ctx.query["page"]  // "2"
/// ctx.query.all("tag")  // ["a", "b"]
/// ```
public struct Query: Sendable, Hashable {
    private struct Parameter: Sendable, Hashable {
        var name: String
        var value: String
    }

    private var parameters: [Parameter]

    /// No parameters.
    init() {
        parameters = []
    }

    /// Reads a query without its question mark.
    public init(parsing text: String) {
        parameters = text.utf8.split(separator: UInt8(ascii: "&")).map { pair in
            let mark = pair.firstIndex(of: UInt8(ascii: "="))
            return Parameter(
                name: PercentEncoding.decodeQuery(Substring(pair[..<(mark ?? pair.endIndex)])),
                value: mark.map { PercentEncoding.decodeQuery(Substring(pair[pair.index(after: $0)...])) } ?? ""
            )
        }
    }

    /// The first value of a parameter, nil when it is absent; setting it replaces all its values.
    public subscript(name: String) -> String? {
        get { parameters.first { $0.name == name }?.value }
        set {
            parameters.removeAll { $0.name == name }
            if let newValue { parameters.append(Parameter(name: name, value: newValue)) }
        }
    }

    /// All the values of a parameter, in their order; none when it is absent.
    public func all(_ name: String) -> [String] {
        parameters.compactMap { $0.name == name ? $0.value : nil }
    }

    /// The names, each once, in their order.
    public var names: [String] {
        var seen: Set<String> = []
        return parameters.compactMap { seen.insert($0.name).inserted ? $0.name : nil }
    }

    /// The query as it stands in a URL, without a question mark.
    public var text: String {
        parameters.map { "\(PercentEncoding.encodeForm($0.name))=\(PercentEncoding.encodeForm($0.value))" }
            .joined(separator: "&")
    }
}

extension Query: ExpressibleByDictionaryLiteral {
    /// Creates a query of names and values, in their order.
    public init(dictionaryLiteral elements: (String, String)...) {
        parameters = elements.map { Parameter(name: $0.0, value: $0.1) }
    }
}
