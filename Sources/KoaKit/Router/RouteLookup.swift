import NIOHTTP1

/// Finds routes by path: literal paths in a dictionary, the others in a tree of segments.
///
/// Every route whose path matches joins in, in the order of registration, whether it is literal or has parameters. What
/// a request costs depends on its path and on the routes that match it, not on how many there are.
struct RouteLookup: Sendable {
    let table: RouteTable
    let tree: RouteTree
    /// What is found for a path that no route has.
    let nothing: PathMatches
    /// For each literal path as written and in lower case, all the routes that match it.
    private var literalPaths: [String: PathMatches] = [:]

    init(_ table: RouteTable) {
        self.table = table
        tree = RouteTree(table.routes)
        nothing = PathMatches(table: table, routes: [])
        for form in table.routes.flatMap(\.pattern.forms) {
            guard let written = form.literalPath else { continue }
            for text in [written, written.lowercased()] where literalPaths[text] == nil {
                let matches = routes(matching: text)
                // Hosts and parameters need a closer look at the request.
                guard matches.allSatisfy({ $0.route.pattern.isLiteral && $0.route.options.hosts.isEmpty }) else {
                    continue
                }
                literalPaths[text] = PathMatches(table: table, routes: matches.map(\.route))
            }
        }
    }

    /// What is known of a literal path; nil when the path must be searched for.
    func literalPath(_ path: String) -> PathMatches? {
        literalPaths[path]
    }

    /// The routes whose path matches, with their parameters, in the order of registration.
    func routes(matching path: String) -> [RouteMatch] {
        RequestPath(path).map(tree.routes(matching:)) ?? []
    }
}

/// The routes of a path, whatever their method.
final class PathMatches: Sendable {
    let table: RouteTable
    let routes: [Route]

    init(table: RouteTable, routes: [Route]) {
        self.table = table
        self.routes = routes
    }

    /// The one route that answers a method, when no other joins in.
    func onlyRoute(for method: HTTPMethod) -> Route? {
        var found: Route?
        for route in routes where route.answers(method) {
            guard found == nil else { return nil }
            found = route
        }
        return found
    }
}

extension RoutePattern.Form {
    /// The path that this form stands for; nil when it has parameters.
    fileprivate var literalPath: String? {
        var path = ""
        for segment in segments {
            guard case .literal(let text) = segment else { return nil }
            path += "/" + text
        }
        return path.isEmpty || endsWithSlash ? path + "/" : path
    }
}
