/// What routers found out about a request.
struct Routing {
    /// What the routers found for the path so far; nil when none looked.
    private(set) var found: PathMatches?
    /// The route that matched, or for which a preflight was answered.
    var route: Route?
    /// Whether a route matched path and method.
    var isMatched = false
    /// What few requests need, made when it is.
    private(set) var extras: Extras?

    /// The state of mounting and of paths other than the request's.
    final class Extras {
        /// Looked up in place of the request's path.
        var path: String?
        /// The prefixes that mounts have stripped.
        var mountPath = ""
        /// The same as it was when a route matched.
        var mountPathOfRoute = ""
    }

    /// The extras, made if need be.
    mutating func makeExtras() -> Extras {
        if let extras { return extras }
        let made = Extras()
        extras = made
        return made
    }

    /// Notes what a router found for the path.
    mutating func note(_ matches: PathMatches) {
        if let earlier = found?.routes, !earlier.isEmpty {
            found = PathMatches(table: matches.table, routes: earlier + matches.routes)
        } else {
            found = matches
        }
    }

    /// Notes the one route that answers a request, found at once.
    ///
    /// One change of a request's routing, where each is checked for exclusivity.
    mutating func match(_ route: Route, of matches: PathMatches) {
        note(matches)
        isMatched = true
        enter(route)
    }

    /// Notes the route that a request goes to.
    mutating func enter(_ route: Route) {
        self.route = route
        if let extras { extras.mountPathOfRoute = extras.mountPath }
    }
}
