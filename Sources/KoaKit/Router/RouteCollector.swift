/// Works out the routes of a router and of those nested in it, each with its chain, once, when the router is frozen.
struct RouteCollector {
    /// A router at its place in the tree of routers.
    private struct Mount {
        let prefix: String
        var options: Router.Options
        /// Its own and those of the routers around it, which come first.
        let parameterHandlers: [ParameterHandler]
        /// The numbers of the routers from the outermost to this one.
        let lineage: [Int]
    }

    private enum Kind {
        case route(RouteDefinition)
        case middleware([any Middleware], path: String)
    }

    private struct Layer {
        let kind: Kind
        let mount: Mount
        let pattern: RoutePattern
    }

    private var layers: [Layer] = []
    private var mounts = 0
    private let routerPath: String?

    /// The routes of a router, in the order of registration.
    static func routes(of contents: Router.Contents) -> [Route] {
        var collector = RouteCollector(routerPath: contents.options.routerPath)
        let outside = Mount(prefix: "", options: Router.Options(), parameterHandlers: [], lineage: [])
        collector.collect(contents, in: outside)
        return collector.routes()
    }

    private init(routerPath: String?) {
        self.routerPath = routerPath
    }

    private mutating func collect(_ contents: Router.Contents, in outer: Mount) {
        var mount = Mount(
            prefix: outer.prefix + contents.prefix,
            options: contents.options,
            parameterHandlers: outer.parameterHandlers + contents.parameterHandlers,
            lineage: outer.lineage + [mounts]
        )
        if mount.options.hosts.isEmpty { mount.options.hosts = outer.options.hosts }
        mounts += 1
        for layer in contents.layers {
            switch layer {
            case .route(let definition):
                add(.route(definition), definition.path, mount)
            case .middleware(let middleware, let path):
                add(.middleware(middleware, path: path), path, mount)
            case .router(let inner, let path):
                let place = Mount(
                    prefix: mount.prefix + Router.trimmed(path),
                    options: mount.options,
                    parameterHandlers: mount.parameterHandlers,
                    lineage: mount.lineage
                )
                collect(inner, in: place)
            }
        }
    }

    private mutating func add(_ kind: Kind, _ path: String, _ mount: Mount) {
        // `/` under a prefix is the prefix itself, unless the slash counts.
        let isRoot = path == "/" && !mount.options.strict && !mount.prefix.isEmpty
        let text = isRoot ? mount.prefix : mount.prefix + path
        layers.append(Layer(kind: kind, mount: mount, pattern: RoutePattern(text.isEmpty ? "/" : text)))
    }

    private func routes() -> [Route] {
        // Few of the layers are middleware: a router of many routes is frozen in a time that grows with their number.
        let middleware = layers.indices.filter { index in
            if case .middleware = layers[index].kind { true } else { false }
        }
        return layers.enumerated().compactMap { order, layer in
            guard case .route(let definition) = layer.kind else { return nil }
            let outer = middleware.prefix { $0 < order }
            let parts = (outer + [order] + middleware.dropFirst(outer.count)).compactMap { part(of: $0, in: layer) }
            return Route(definition, layer.pattern, layer.mount.options, order: order, layers: parts)
        }
    }

    /// What a layer contributes to a route; nil when it stands elsewhere.
    private func part(of index: Int, in route: Layer) -> RouteLayer? {
        let layer = layers[index]
        switch layer.kind {
        case .route(let definition):
            let handlers = handlers(for: layer.pattern.names, layer.mount)
            return RouteLayer(
                order: index,
                parameterHandlers: handlers,
                middleware: definition.middleware,
                isConditional: false
            )
        case .middleware(let middleware, let path):
            guard route.mount.lineage.starts(with: layer.mount.lineage) else { return nil }
            return part(index, layer, middleware, path, in: route)
        }
    }

    private func part(
        _ index: Int,
        _ layer: Layer,
        _ middleware: [any Middleware],
        _ path: String,
        in route: Layer
    ) -> RouteLayer? {
        let options = layer.mount.options
        let scope = RouteScope(
            pattern: layer.pattern,
            isExact: path == "/",
            isSensitive: options.sensitive,
            routerPath: routerPath
        )
        let names = layer.pattern.names.filter(route.pattern.names.contains)
        let handlers = handlers(for: names, layer.mount)
        // Middleware without a path stand above all routes of their router, whatever their prefix is.
        switch path.isEmpty ? .all : scope.relation(to: route.pattern, isSensitive: route.mount.options.sensitive) {
        case .none: return nil
        case .all:
            return RouteLayer(order: index, parameterHandlers: handlers, middleware: middleware, isConditional: false)
        case .some:
            // The parameters that only this path binds are handled under its condition.
            let own = layer.pattern.names.filter { !names.contains($0) }
            let inner = self.handlers(for: own, layer.mount).map { ParameterMiddleware(handler: $0) } + middleware
            let scoped = ScopedMiddleware(scope: scope, middleware: inner)
            return RouteLayer(order: index, parameterHandlers: handlers, middleware: [scoped], isConditional: true)
        }
    }

    /// The handlers of parameters, in the order of the URL, then of registration.
    private func handlers(for names: [String], _ mount: Mount) -> [ParameterHandler] {
        names.flatMap { name in mount.parameterHandlers.filter { $0.name == name } }
    }
}
