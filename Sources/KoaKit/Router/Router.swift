public import NIOHTTP1

/// Sends a request to the handlers of its path and method.
///
/// Koa's router.
///
/// ```swift
/// let users = Router(prefix: "/users")
/// users.get("/:id") { ctx, _ in ctx.body = .text(ctx.params["id"] ?? "") }
/// app.use(users.routes())
/// app.use(users.allowedMethods())
/// ```
///
/// Every route that matches path and method joins one chain, in the order of registration; one that does not call
/// `next` ends it. A GET route answers HEAD too. Case and a trailing slash make no difference, unless ``Options`` say so.
///
/// The grammar of paths is small and fixed: literal segments, `:name` for one segment, a last `*name` for the rest, and
/// groups of whole segments that may be absent, as in `/posts{/:page}`. No name occurs twice in a path. There are no
/// regular expressions: ``RouteParameters`` says what a value must look like. A
/// path outside the grammar stops the program as it starts, with a message that names it.
public final class Router {
    var contents: Contents

    /// Creates a router without routes.
    ///
    /// - Parameters:
    ///   - prefix: Stands before the path of every route; may hold parameters. Default: none.
    ///   - options: How it matches.
    public init(prefix: String = "", options: Options = Options()) {
        contents = Contents(options: options)
        self.prefix(prefix)
    }

    /// Puts another prefix before the paths of all routes, those registered already too.
    ///
    /// - Parameter prefix: May hold parameters; a trailing slash is dropped.
    /// - Returns: The router, for chaining.
    @discardableResult
    public func prefix(_ prefix: String) -> Router {
        contents.prefix = Self.trimmed(prefix)
        if !contents.prefix.isEmpty { _ = RoutePattern(contents.prefix) }
        return self
    }

    /// Adds a route.
    ///
    /// - Parameters:
    ///   - methods: What it answers; empty for all methods.
    ///   - path: Starts with `/`; appended to the prefix. Several paths make as many routes.
    ///   - name: For ``url(for:params:query:)``. Default: none.
    ///   - middleware: Run as an onion; at least one.
    /// - Returns: The router, for chaining.
    @discardableResult
    public func on(
        _ methods: [HTTPMethod],
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: [any Middleware]
    ) -> Router {
        precondition(!middleware.isEmpty, "a route needs a handler: \(path.paths)")
        precondition(!path.paths.isEmpty, "a route needs a path")
        for path in path.paths {
            Self.check(path)
            contents.layers.append(
                .route(RouteDefinition(methods: methods, path: path, name: name, middleware: middleware))
            )
        }
        return self
    }

    /// Runs a handler for each request whose route has a parameter of this name, before the route's own middleware.
    ///
    /// It runs once per request, also if several routes match, in the order of the parameters in the URL; it holds for
    /// routes registered before and after, and for those of nested routers. If it does not call `next`, the route does
    /// not run.
    ///
    /// ```swift
    /// router.param("user") { id, ctx, next in
    ///     guard let user = try await users.find(id) else { throw HTTPError(404) }
    ///     ctx.state[CurrentUser.self] = user
    ///     try await next()
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - name: Without its colon.
    ///   - handler: Gets the value, percent-decoded.
    /// - Returns: The router, for chaining.
    @discardableResult
    public func param(
        _ name: String,
        _ handler: @escaping @Sendable (_ value: String, _ context: Context, _ next: Next) async throws -> Void
    ) -> Router {
        contents.parameterHandlers.append(ParameterHandler(name: name, body: handler))
        return self
    }

    /// The router as a middleware, with the routes it has now.
    ///
    /// What it does not match goes on to `next`.
    public func routes() -> any Middleware {
        RouterMiddleware(contents)
    }

    /// The routes it has now, those of nested routers too, frozen: for a description of what is served.
    public func table() -> RouteTable {
        RouteTable(contents)
    }

    /// A middleware that answers what no route did: OPTIONS with the allowed methods, 405 for a path with other
    /// methods, 501 for a method that is not among ``Options/methods``.
    ///
    /// A path that no route has stays 404. `Allow` stands in each of these replies that has a path, thrown ones too.
    ///
    /// - Parameters:
    ///   - throwing: Whether 405 and 501 are thrown as ``HTTPError``, for an error shaper to answer. Default: false.
    ///   - methodNotAllowed: Makes the error to throw in place of 405, from the value of `Allow`.
    ///   - notImplemented: Makes the error to throw in place of 501, from the value of `Allow`, which may be empty.
    /// - Returns: The middleware, to be mounted beside ``routes()``.
    public func allowedMethods(
        throwing: Bool = false,
        methodNotAllowed: (@Sendable (_ allow: String) -> any Error)? = nil,
        notImplemented: (@Sendable (_ allow: String) -> any Error)? = nil
    ) -> any Middleware {
        AllowedMethods(
            implemented: contents.options.methods,
            isThrowing: throwing,
            methodNotAllowed: methodNotAllowed,
            notImplemented: notImplemented
        )
    }

    static func trimmed(_ prefix: String) -> String {
        prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
    }

    /// Traps for a path outside the grammar, where it is registered; the empty path is the prefix itself.
    static func check(_ path: String) {
        if !path.isEmpty { _ = RoutePattern(path) }
    }
}
