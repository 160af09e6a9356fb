/// Composes middleware into one, as koa-compose does.
///
/// The composition is itself a middleware: it nests, serves any number of requests at once, and runs its own `next`
/// after its last element.
///
/// - Parameter middleware: From the outermost to the innermost.
/// - Returns: A middleware that runs them as an onion.
public func compose(_ middleware: [any Middleware]) -> any Middleware {
    middleware.count == 1 ? middleware[0] : Composition(layers: middleware)
}

struct Composition: Middleware {
    let layers: [any Middleware]

    func handle(_ context: Context, next: Next) async throws {
        try await dispatch(0, context, next)
    }

    private func dispatch(_ index: Int, _ context: Context, _ last: Next) async throws {
        guard index < layers.count else { return try await last() }
        var wasCalled = false
        try await layers[index].handle(context) {
            guard !wasCalled else { throw Self.calledTwice }
            wasCalled = true
            try await dispatch(index + 1, context, last)
        }
    }

    private static let calledTwice = HTTPError(500, "next() called multiple times", isExposed: false)
}
