import FoundationEssentials
import KoaKit

/// Bad days, and days that pass.
extension Router {
    func addDayRoutes(to sandbox: Sandbox) {
        post("/faults") { context, _ in
            let fields = ["endpoint", "kind", "count", "milliseconds", "errcode"]
            let input = try await ControlInput(context.request, fields: fields)
            let endpoint: SandboxEndpoint = try input.word("endpoint")
            let kind: Fault.Kind = try input.word("kind")
            let count = try input.optionalInteger("count") ?? 1
            let fault = try Fault(kind, input)
            try sandbox.inject(fault, into: endpoint, count: count)
            context.body = .json([
                "endpoint": .string(endpoint.rawValue), "kind": .string(kind.rawValue), "count": .integer(Int64(count)),
                "milliseconds": .integer(Int64(fault.delay / .milliseconds(1))),
            ])
        }
        post("/clock") { context, _ in
            let input = try await ControlInput(context.request, fields: ["advanceSeconds"])
            try sandbox.advanceClock(by: .seconds(try input.integer("advanceSeconds")))
            context.body = .json(["now": .string(sandbox.withState { $0.clock.now }.timestamp)])
        }
        get("/calls") { context, _ in
            context.body = .json(["calls": .array(sandbox.calls.map(\.json))])
        }
        delete("/") { context, _ in
            sandbox.reset()
            context.body = .json(["forgotten": true])
        }
    }
}

extension Fault {
    fileprivate init(_ kind: Kind, _ input: ControlInput) throws {
        let delay: Duration? = try input.optionalInteger("milliseconds").map { .milliseconds($0) }
        if kind == .errcode {
            self.init(errcode: try input.integer("errcode"), delay: delay)
        } else {
            guard input.value("errcode") == nil else {
                throw HTTPError(400, "errcode is of the kind errcode only", reason: .invalidParameter)
            }
            self.init(kind, delay: delay)
        }
    }
}
