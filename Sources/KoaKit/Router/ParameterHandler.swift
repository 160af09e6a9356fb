/// What runs for a parameter before the route does; see ``Router/param(_:_:)``.
///
/// Its identity tells whether it ran already for a request.
final class ParameterHandler: Sendable {
    typealias Body = @Sendable (_ value: String, _ context: Context, _ next: Next) async throws -> Void

    let name: String
    let body: Body

    init(name: String, body: @escaping Body) {
        self.name = name
        self.body = body
    }
}

/// Runs a parameter's handler; does nothing when the parameter's group is absent from the path.
struct ParameterMiddleware: Middleware {
    let handler: ParameterHandler

    func handle(_ context: Context, next: Next) async throws {
        guard let value = context.params[handler.name] else { return try await next() }
        try await handler.body(value, context, next)
    }
}
