// The code of the article "Writing a middleware".

import KoaKit

// snippet.middleware
/// Refuses requests without a key.
struct RequireKey: Middleware {
    /// The header field that holds the key.
    ///
    /// Default: `X-Key`.
    var field = "X-Key"
    /// The keys that are let in.
    let keys: Set<String>

    func handle(_ context: Context, next: Next) async throws {
        let key = context.get(field)
        guard keys.contains(key) else {
            throw HTTPError(401, "a key is needed in \(field)")
        }
        context.state[Key.self] = key
        try await next()
    }

    /// The key of the request.
    enum Key: StateKey { typealias Value = String }
}
// snippet.end

func use(_ app: Application, _ router: Router) {
    // snippet.use
    app.use(RequireKey(keys: ["k1", "k2"]))
    router.delete("/:id", RequireKey(keys: ["admin"])) { ctx, _ in ctx.body = .empty }
    // snippet.end
}

func count(_ app: Application) {
    // snippet.state
    let counter = Counter()
    app.use { ctx, next in
        await counter.increment()
        try await next()
    }
    // snippet.end
}

// snippet.actor
actor Counter {
    private(set) var count = 0

    func increment() { count += 1 }
}
// snippet.end

func composed() -> any Middleware {
    // snippet.compose
    let basics = compose([RequestID(), AccessLog(), SecurityHeaders()])
    // snippet.end
    return basics
}
