extension Router {
    /// Redirects every method of a path to another.
    ///
    /// - Parameters:
    ///   - source: The path of a route, or the name of a route whose path to take.
    ///   - destination: A path, used as it is; a URL with its scheme; or the name of a route without parameters, with
    ///     the prefix this router has now.
    ///   - status: 300, 301, 302, 303, 305, 307 or 308. Default: 301.
    /// - Returns: The router, for chaining.
    /// - Throws: ``RouteError`` `.unknownName` for a name that no route has yet, `.missingParameter` for a destination
    ///   whose route has parameters.
    @discardableResult
    public func redirect(_ source: String, to destination: String, status: Int = 301) throws(RouteError) -> Router {
        precondition([300, 301, 302, 303, 305, 307, 308].contains(status), "\(status) is not a redirection")
        let location = Self.isURL(destination) ? destination : try url(for: destination)
        let path = source.hasPrefix("/") || source.hasPrefix("{") ? source : try path(named: source)
        return on([], path, [Redirect(location: location, status: status)])
    }

    /// The path of a named route of this router, without the prefix.
    private func path(named name: String) throws(RouteError) -> String {
        var unprefixed = contents
        unprefixed.prefix = ""
        return try RouteTable(unprefixed).existingRoute(name).path
    }

    /// Whether it is a path or begins with a scheme (RFC 3986, section 3.1).
    private static func isURL(_ text: String) -> Bool {
        if text.hasPrefix("/") { return true }
        guard let colon = text.firstIndex(of: ":"), let first = text.first, first.isASCII, first.isLetter else {
            return false
        }
        return text[..<colon].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }
}

private struct Redirect: Middleware {
    let location: String
    let status: Int

    func handle(_ context: Context, next: Next) async throws {
        context.status = status
        context.redirect(to: location)
    }
}
