/// The routes of a router, frozen.
public final class RouteTable: Sendable {
    /// The routes, in the order of registration.
    public let routes: [Route]
    private let names: [String: Route]

    init(_ contents: Router.Contents) {
        routes = RouteCollector.routes(of: contents)
        names = Dictionary(routes.compactMap { route in route.name.map { ($0, route) } }) { first, _ in first }
    }

    /// The route of a name; the first one if several have it.
    public func route(named name: String) -> Route? {
        names[name]
    }
}
