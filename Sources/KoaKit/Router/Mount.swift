/// Serves a middleware under a path prefix, which it does not see.
///
/// Koa's mount: downstream ``Context/path`` is what follows the prefix, upstream of it the whole path again, and
/// ``Context/mountPath`` says what was stripped. The prefix covers whole segments: `/admin` is not the beginning of
/// `/administrators`. Other paths go on to `next`.
///
/// - Parameters:
///   - prefix: Starts with `/`, without parameters; its case counts.
///   - middleware: Such as the ``Router/routes()`` of a router.
/// - Returns: The middleware under its prefix.
public func mount(_ prefix: String, _ middleware: any Middleware) -> any Middleware {
    Mount(prefix: prefix, middleware: middleware)
}

/// Serves the middleware of another application under a path prefix, as they are now.
///
/// They run on the context, the settings and the error handling of the application they are mounted in.
///
/// - Parameters:
///   - prefix: Starts with `/`, without parameters; its case counts.
///   - application: Gives its middleware only.
/// - Returns: The middleware under its prefix.
public func mount(_ prefix: String, _ application: Application) -> any Middleware {
    Mount(prefix: prefix, middleware: application.makeResponder().middleware)
}

struct Mount: Middleware {
    private let prefix: String
    private let middleware: any Middleware

    init(prefix: String, middleware: any Middleware) {
        precondition(RoutePattern(prefix).isLiteral, "a mount has no parameters: \(prefix)")
        self.prefix = Router.trimmed(prefix)
        self.middleware = middleware
    }

    func handle(_ context: Context, next: Next) async throws {
        let path = context.path
        guard let inner = strip(path) else { return try await next() }
        let extras = context.routing.makeExtras()
        let mountPath = extras.mountPath
        let innerMountPath = mountPath + prefix
        func enter() {
            context.path = inner
            extras.mountPath = innerMountPath
        }
        func leave() {
            context.path = path
            extras.mountPath = mountPath
        }
        enter()
        defer { leave() }
        try await middleware.handle(context) {
            leave()
            defer { enter() }
            try await next()
        }
    }

    /// What follows the prefix; nil when the path is not at or under it.
    private func strip(_ path: String) -> String? {
        guard path.utf8.starts(with: prefix.utf8) else { return nil }
        let rest = path.utf8.dropFirst(prefix.utf8.count)
        guard let first = rest.first else { return "/" }
        return first == UInt8(ascii: "/") ? String(rest) : nil
    }
}
