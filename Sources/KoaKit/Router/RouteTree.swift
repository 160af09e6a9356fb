/// The patterns of routes as a tree of segments.
struct RouteTree: Sendable {
    /// A form of a route's pattern.
    private struct End: Comparable {
        let route: Int
        let form: Int

        static func < (left: End, right: End) -> Bool {
            (left.route, left.form) < (right.route, right.form)
        }
    }

    private struct Node {
        /// By the literal in lower case.
        var literals: [String: Int] = [:]
        var parameter: Int?
        /// What ends here.
        var ends: [End] = []
        /// What takes all that follows.
        var rests: [End] = []
    }

    private let routes: [Route]
    private var nodes = [Node()]

    init(_ routes: [Route]) {
        self.routes = routes
        for (index, route) in routes.enumerated() {
            for form in route.pattern.forms.indices {
                insert(End(route: index, form: form), route.pattern.forms[form].segments)
            }
        }
    }

    /// The routes that a path matches, in the order of registration, each with the first of its forms that does.
    func routes(matching path: RequestPath) -> [RouteMatch] {
        var search = Search(path: path)
        visit(0, depth: 0, &search)
        var matches: [RouteMatch] = []
        var last: Int?
        for end in search.found.sorted() where end.route != last {
            let route = routes[end.route]
            let form = route.pattern.forms[end.form]
            if route.options.strict, !form.hasTrailingSlash(of: path) { continue }
            if route.options.sensitive, !form.matches(path, isSensitive: true, allowsMore: false) { continue }
            last = end.route
            matches.append(RouteMatch(route: route, parameters: path.parameters(of: form)))
        }
        return matches
    }

    /// How many nodes a look-up visits.
    func cost(of path: RequestPath) -> Int {
        var search = Search(path: path)
        visit(0, depth: 0, &search)
        return search.visits
    }

    private struct Search {
        let path: RequestPath
        var found: [End] = []
        var visits = 0
    }

    private func visit(_ index: Int, depth: Int, _ search: inout Search) {
        search.visits += 1
        guard depth < search.path.segments.count else {
            search.found += nodes[index].ends
            return
        }
        search.found += nodes[index].rests
        let segment = search.path.segments[depth]
        if let child = nodes[index].literals[segment.lowercased()] { visit(child, depth: depth + 1, &search) }
        if let child = nodes[index].parameter, !segment.isEmpty { visit(child, depth: depth + 1, &search) }
    }

    private mutating func insert(_ end: End, _ segments: [RoutePattern.Segment]) {
        var node = 0
        for segment in segments {
            switch segment {
            case .literal(let text): node = child(of: node, literal: text.lowercased())
            case .parameter: node = parameterChild(of: node)
            case .rest:
                nodes[node].rests.append(end)
                return
            }
        }
        nodes[node].ends.append(end)
    }

    private mutating func child(of node: Int, literal: String) -> Int {
        if let child = nodes[node].literals[literal] { return child }
        nodes.append(Node())
        nodes[node].literals[literal] = nodes.count - 1
        return nodes.count - 1
    }

    private mutating func parameterChild(of node: Int) -> Int {
        if let child = nodes[node].parameter { return child }
        nodes.append(Node())
        nodes[node].parameter = nodes.count - 1
        return nodes.count - 1
    }
}
