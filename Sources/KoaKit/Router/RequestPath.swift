/// The path of a request, cut into segments; those of `/a/` are those of `/a`.
struct RequestPath {
    let text: String
    let segments: [Substring]
    let endsWithSlash: Bool

    /// Nil for `*` and for the authority that CONNECT names: they are not paths.
    init?(_ text: String) {
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        self.text = text
        var segments: [Substring] = []
        var start = text.utf8.index(after: text.startIndex)
        var index = start
        while index != text.endIndex {
            if text.utf8[index] == UInt8(ascii: "/") {
                segments.append(text[start..<index])
                start = text.utf8.index(after: index)
            }
            text.utf8.formIndex(after: &index)
        }
        endsWithSlash = start == text.endIndex
        if !endsWithSlash { segments.append(text[start...]) }
        self.segments = segments
    }

    /// The parameters of a form of a pattern that begins with this path's segments.
    func parameters(of form: RoutePattern.Form) -> RouteParameters {
        var values: [(name: String, raw: Substring)] = []
        for (index, segment) in form.segments.enumerated() {
            switch segment {
            case .literal: continue
            case .parameter(let name): values.append((name, segments[index]))
            case .rest(let name): values.append((name, text[segments[index].startIndex...]))
            }
        }
        return RouteParameters(values)
    }
}
