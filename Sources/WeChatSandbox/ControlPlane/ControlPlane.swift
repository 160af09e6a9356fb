import KoaKit

/// `/sandbox/…`: what a test asks of the sandbox over HTTP.
///
/// Every reply is JSON, `{"error":"…"}` for a refusal.
struct ControlPlane: Middleware {
    private let routes: any Middleware

    init(_ sandbox: Sandbox) {
        let router = Router(prefix: "/sandbox")
        router.post("/login-codes") { context, _ in
            let input = try await ControlInput(context.request, fields: ["user", "appid", "risk"])
            let code = try sandbox.makeLoginCode(
                for: try input.string("user"),
                appid: try input.optionalString("appid"),
                risk: try input.optionalWord("risk")
            )
            context.body = .json(["code": .string(code)])
        }
        router.post("/faults") { context, _ in
            let input = try await ControlInput(context.request, fields: ["endpoint", "kind", "count", "milliseconds"])
            let endpoint: SandboxEndpoint = try input.word("endpoint")
            let kind: Fault.Kind = try input.word("kind")
            let count = try input.optionalInteger("count") ?? 1
            let fault = Fault(kind, delay: try input.optionalInteger("milliseconds").map { .milliseconds($0) })
            try sandbox.inject(fault, into: endpoint, count: count)
            context.body = .json([
                "endpoint": .string(endpoint.rawValue), "kind": .string(kind.rawValue), "count": .integer(Int64(count)),
                "milliseconds": .integer(Int64(fault.delay / .milliseconds(1))),
            ])
        }
        router.post("/clock") { context, _ in
            let input = try await ControlInput(context.request, fields: ["advanceSeconds"])
            try sandbox.advanceClock(by: .seconds(try input.integer("advanceSeconds")))
            context.body = .json(["now": .string(sandbox.withState { $0.clock.now }.timestamp)])
        }
        router.get("/calls") { context, _ in
            context.body = .json(["calls": .array(sandbox.calls.map(\.json))])
        }
        router.delete("/") { context, _ in
            sandbox.reset()
            context.body = .json(["forgotten": true])
        }
        routes = compose([router.allowedMethods(throwing: true), router.routes()])
    }

    func handle(_ context: Context, next: Next) async throws {
        let path = context.path.lowercased()
        guard path == "/sandbox" || path.hasPrefix("/sandbox/") else { return try await next() }
        do {
            try await routes.handle(context) {}
        } catch let error as SandboxError {
            throw HTTPError(400, error.description, reason: .invalidParameter)
        }
        if context.response.isUnanswered { throw HTTPError(404, "the control plane has no such path") }
    }
}
