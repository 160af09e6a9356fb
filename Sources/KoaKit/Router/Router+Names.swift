/// URLs of routes.
extension Router {
    /// The route of a name, in this router or one nested in it; nil when there is none.
    ///
    /// The first one if several have it. Handlers find theirs through ``Context/router``.
    public func route(named name: String) -> Route? {
        RouteTable(contents).route(named: name)
    }

    /// The URL path of a named route, prefixes included.
    ///
    /// - Parameters:
    ///   - name: The name of a route of this router or of one nested in it.
    ///   - params: The values of its parameters, by name; a group `{…}` is left out if one of its own is missing.
    ///   - query: Appended after a question mark. Default: none.
    /// - Returns: The path, percent-encoded.
    /// - Throws: ``RouteError`` `.unknownName` or `.missingParameter`.
    public func url(for name: String, params: [String: String] = [:], query: RouteQuery = [:]) throws(RouteError)
        -> String
    {
        try RouteTable(contents).url(for: name, params: params, query: query)
    }

    /// The URL path of a named route, from values in the order of its parameters.
    ///
    /// - Parameters:
    ///   - name: The name of a route of this router or of one nested in it.
    ///   - values: For the first parameters.
    ///   - query: Appended after a question mark. Default: none.
    /// - Returns: The path, percent-encoded.
    /// - Throws: ``RouteError`` `.unknownName` or `.missingParameter`.
    public func url(for name: String, _ values: String..., query: RouteQuery = [:]) throws(RouteError) -> String {
        let route = try RouteTable(contents).existingRoute(name)
        return try route.pattern.url(params: route.pattern.params(values), query: query)
    }

    /// The URL path that a pattern makes.
    ///
    /// - Parameters:
    ///   - pattern: As of a route.
    ///   - params: The values of its parameters, by name.
    ///   - query: Appended after a question mark. Default: none.
    /// - Returns: The path, percent-encoded.
    /// - Throws: ``RouteError`` `.malformedPattern` or `.missingParameter`.
    public static func url(_ pattern: String, params: [String: String] = [:], query: RouteQuery = [:])
        throws(RouteError) -> String
    {
        try RoutePattern(parsing: pattern).url(params: params, query: query)
    }
}

extension RouteTable {
    /// The URL path of a named route, prefixes included.
    ///
    /// - Parameters:
    ///   - name: The name of a route.
    ///   - params: The values of its parameters, by name; a group `{…}` is left out if one of its own is missing.
    ///   - query: Appended after a question mark. Default: none.
    /// - Returns: The path, percent-encoded; without the prefix of a mount.
    /// - Throws: ``RouteError`` `.unknownName` or `.missingParameter`.
    public func url(for name: String, params: [String: String] = [:], query: RouteQuery = [:]) throws(RouteError)
        -> String
    {
        try existingRoute(name).pattern.url(params: params, query: query)
    }

    func existingRoute(_ name: String) throws(RouteError) -> Route {
        guard let route = route(named: name) else { throw RouteError(.unknownName, "no route is named '\(name)'") }
        return route
    }
}
