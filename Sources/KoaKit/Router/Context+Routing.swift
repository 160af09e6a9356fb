/// What routers say about the request.
extension Context {
    /// The pattern of the route that matched, prefixes and mounts included, such as `/user/:id`; nil when none did.
    ///
    /// One value for the whole of the request, set before the route's middleware run. If several routes match, it is
    /// that of the last, the most particular where patterns overlap.
    public var matchedRoute: String? {
        guard let route = routing.route else { return nil }
        guard let mount = routing.extras?.mountPathOfRoute, !mount.isEmpty else { return route.path }
        return mount + route.path
    }

    /// The name of the route that matched; nil when none did or it has none.
    public var matchedRouteName: String? { routing.route?.name }

    /// ``matchedRoute``, or `unmatched`: a label with as many values as there are routes, for metrics and logs.
    public var routeLabel: String { matchedRoute ?? "unmatched" }

    /// The routes whose path matched, whatever their method, in the order of registration, in all routers so far.
    public var matched: [Route] { routing.found?.routes ?? [] }

    /// The router that looked last, frozen; it makes URLs of named routes.
    public var router: RouteTable? { routing.found?.table }

    /// The parameters of the matched route; those of several routes add up as the chain comes to each.
    public internal(set) var params: RouteParameters {
        get { request.params }
        set { request.params = newValue }
    }

    /// The values of the parameters as they were received, in the order of the pattern.
    public var captures: [String] { params.captures }

    /// What routers look up in place of ``path``, when set.
    ///
    /// For a middleware that rewrites paths but leaves the request's own alone. Default: nil.
    public var routerPath: String? {
        get { routing.extras?.path }
        set {
            if newValue != nil || routing.extras != nil { routing.makeExtras().path = newValue }
        }
    }

    /// The prefixes that ``mount(_:_:)-(String,Middleware)`` has stripped from the path here; empty outside of mounts.
    public var mountPath: String { routing.extras?.mountPath ?? "" }
}
