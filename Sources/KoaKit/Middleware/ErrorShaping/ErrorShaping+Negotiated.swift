extension ErrorShaping {
    /// A form that an error reply can have.
    public enum Format: Sendable, CaseIterable {
        /// JSON, as another shaper makes it.
        case json
        /// A page for a person.
        case html
        /// Koa's text.
        case text

        var types: [String] {
            switch self {
            case .json: ["json", "application/problem+json"]
            case .html: ["html"]
            case .text: ["text"]
            }
        }
    }

    /// The form that the client likes best by its `Accept`.
    ///
    /// Koa's `koa-onerror`. The reply says `Vary: Accept`.
    ///
    /// - Parameters:
    ///   - preferred: The form for a client that takes any or none. Default: JSON.
    ///   - json: Makes the JSON. Default: ``problem(typeBase:members:)``.
    /// - Returns: The shaper.
    public static func negotiated(
        preferring preferred: Format = .json,
        json: @escaping ErrorShaper = problem()
    ) -> ErrorShaper {
        let formats = [preferred] + Format.allCases.filter { $0 != preferred }
        let types = formats.flatMap(\.types)
        return { error, context in
            context.vary("Accept")
            let type = context.request.accepts(types)
            switch formats.first(where: { format in type.map(format.types.contains) ?? true }) ?? preferred {
            case .json: json(error, context)
            case .html: shapeAsPage(error, context)
            case .text: text(error, context)
            }
        }
    }

    private static let shapeAsPage: ErrorShaper = { error, context in
        let failure = HTTPError(error)
        let phrase = StatusLine.text(for: failure.status)
        let title = phrase == String(failure.status) ? phrase : "\(failure.status) \(phrase)"
        // A message may hold what the client sent.
        let detail = failure.exposedMessage == phrase ? "" : "<p>\(failure.exposedMessage.escapedForHTML)</p>"
        context.set("Content-Type", "text/html; charset=utf-8")
        context.body = .text(
            """
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>\(title)</title></head>\
            <body><h1>\(title)</h1>\(detail)</body></html>
            """
        )
    }
}
