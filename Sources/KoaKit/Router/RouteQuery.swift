/// The query of a URL that a router makes: names and values, or text that is encoded already.
public struct RouteQuery: Sendable, ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral {
    /// Percent-encoded, without the question mark.
    let text: String

    /// Creates a query from names and values, in their order; a name may occur again.
    public init(_ pairs: [(String, String)]) {
        text = pairs.map { PathEncoding.encode($0.0) + "=" + PathEncoding.encode($0.1) }.joined(separator: "&")
    }

    /// Creates a query from names and values, in their order.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }

    /// Creates a query from text that is percent-encoded; a question mark at its start is dropped.
    public init(stringLiteral value: String) {
        text = value.hasPrefix("?") ? String(value.dropFirst()) : value
    }

    /// Creates a query from text that is percent-encoded; a question mark at its start is dropped.
    public init(_ text: String) {
        self.init(stringLiteral: text)
    }
}
