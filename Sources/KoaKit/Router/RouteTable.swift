import NIOHTTP1

/// The routes of a router, frozen: literal paths in a dictionary, the others in a tree of segments.
///
/// Every route whose path matches joins in, in the order of registration, whether it is literal or has parameters.
struct RouteTable: Sendable {
    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        /// Routes that end here.
        var routes: [Int] = []
        /// Routes that take all that follows.
        var restRoutes: [Int] = []
    }

    private let routes: [Route]
    private var nodes = [Node()]
    /// For each literal path, all the routes that match it.
    private var literalPaths: [String: [Int]] = [:]

    init(_ routes: [Route]) {
        self.routes = routes
        for index in routes.indices { insert(index) }
        for route in routes where route.pattern.isLiteral {
            let path = RoutePattern.normalized(route.pattern.text)
            literalPaths[path] = search(RoutePattern.split(path))
        }
    }

    /// The routes whose path matches, with their parameters, in the order of registration.
    func routes(matching path: String) -> [(route: Route, parameters: RouteParameters)] {
        // `*` and the authority that CONNECT names are not paths.
        guard path.utf8.first == UInt8(ascii: "/") else { return [] }
        let parts = RoutePattern.split(path)
        return search(parts).map { (routes[$0], routes[$0].pattern.parameters(of: parts)) }
    }

    /// The one route that answers a literal path, when no other joins in; what nearly every request asks.
    func onlyRoute(at path: String, for method: HTTPMethod) -> Route? {
        guard let indices = literalPaths[path] else { return nil }
        var found: Route?
        for index in indices where routes[index].answers(method) {
            guard found == nil, routes[index].pattern.isLiteral else { return nil }
            found = routes[index]
        }
        return found
    }

    private mutating func insert(_ index: Int) {
        var node = 0
        for segment in routes[index].pattern.segments {
            switch segment {
            case .literal(let text): node = child(of: node, literal: text)
            case .parameter: node = parameterChild(of: node)
            case .rest:
                nodes[node].restRoutes.append(index)
                return
            }
        }
        nodes[node].routes.append(index)
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

    private func search(_ parts: [Substring]) -> [Int] {
        var found: [Int] = []
        search(parts[...], from: 0, into: &found)
        return found.sorted()
    }

    private func search(_ parts: ArraySlice<Substring>, from index: Int, into found: inout [Int]) {
        let node = nodes[index]
        guard let part = parts.first else {
            found += node.routes
            return
        }
        found += node.restRoutes
        if let child = node.literals[part.lowercased()] { search(parts.dropFirst(), from: child, into: &found) }
        if let child = node.parameter, !part.isEmpty { search(parts.dropFirst(), from: child, into: &found) }
    }
}
