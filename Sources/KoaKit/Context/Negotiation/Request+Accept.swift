import NIOHTTP1

/// What the client takes, by its `Accept…` fields.
extension Request {
    /// The media types that the client takes, the best first; `*/*` when it does not say.
    public func accepts() -> [String] {
        guard let field = acceptField("accept") else { return ["*/*"] }
        return field.values
    }

    /// The one of several types that the client likes best; nil when it takes none of them.
    ///
    /// A type is a media type or an extension such as `json`, and is returned as it was written. The first, when the
    /// client does not say.
    public func accepts(_ first: String, _ others: String...) -> String? { accepts([first] + others) }

    /// The one of several types that the client likes best; see ``accepts(_:_:)``.
    public func accepts(_ types: [String]) -> String? {
        guard let field = acceptField("accept") else { return types.first }
        return field.best(of: types.compactMap(OfferedType.init), fit: OfferedType.fit)?.written
    }

    /// The content codings that the client takes, the best first; `identity` is among them unless it is refused.
    public func acceptsEncodings() -> [String] { encodings.values }

    /// The one of several content codings that the client likes best; nil when it takes none of them.
    ///
    /// Of a client that does not say: `identity` alone.
    public func acceptsEncodings(_ first: String, _ others: String...) -> String? {
        acceptsEncodings([first] + others)
    }

    /// The one of several content codings that the client likes best; see ``acceptsEncodings(_:_:)``.
    public func acceptsEncodings(_ encodings: [String]) -> String? {
        self.encodings.best(of: encodings, fit: Self.nameFit)
    }

    /// The charsets that the client takes, the best first; `*` when it does not say.
    public func acceptsCharsets() -> [String] { acceptField("accept-charset")?.values ?? ["*"] }

    /// The one of several charsets that the client likes best; nil when it takes none of them.
    public func acceptsCharsets(_ first: String, _ others: String...) -> String? {
        acceptsCharsets([first] + others)
    }

    /// The one of several charsets that the client likes best; see ``acceptsCharsets(_:_:)``.
    public func acceptsCharsets(_ charsets: [String]) -> String? {
        guard let field = acceptField("accept-charset") else { return charsets.first }
        return field.best(of: charsets, fit: Self.nameFit)
    }

    /// The languages that the client takes, the best first; `*` when it does not say.
    public func acceptsLanguages() -> [String] { acceptField("accept-language")?.values ?? ["*"] }

    /// The one of several languages, such as `zh-CN`, that the client likes best; nil when it takes none of them.
    public func acceptsLanguages(_ first: String, _ others: String...) -> String? {
        acceptsLanguages([first] + others)
    }

    /// The one of several languages that the client likes best; see ``acceptsLanguages(_:_:)``.
    public func acceptsLanguages(_ languages: [String]) -> String? {
        guard let field = acceptField("accept-language") else { return languages.first }
        return field.best(of: languages, fit: Self.languageFit)
    }

    private func acceptField(_ name: String) -> AcceptField? {
        let lines = headers[name].filter { !$0.isEmpty }
        return lines.isEmpty ? nil : AcceptField(lines)
    }

    private var encodings: AcceptField {
        var field = AcceptField(headers["accept-encoding"])
        if !field.elements.contains(where: { $0.value == "identity" || $0.value == "*" }) { field.addLeast("identity") }
        return field
    }

    private static func nameFit(_ candidate: String, _ element: AcceptField.Element) -> Int? {
        candidate.lowercased() == element.value ? 1 : element.value == "*" ? 0 : nil
    }

    /// A candidate fits its own tag best, then the language alone that was asked for, then a variety of the candidate.
    private static func languageFit(_ candidate: String, _ element: AcceptField.Element) -> Int? {
        let candidate = candidate.lowercased()
        if candidate == element.value { return 4 }
        if candidate.prefix(while: { $0 != "-" }) == element.value { return 2 }
        if element.value.prefix(while: { $0 != "-" }) == candidate { return 1 }
        return element.value == "*" ? 0 : nil
    }
}
