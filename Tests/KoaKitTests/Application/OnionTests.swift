import KoaKit
import KoaTesting
import Synchronization
import Testing

/// Collects what happened, in order, from any task.
final class Trace: Sendable {
    private let entries = Mutex<[String]>([])

    func add(_ entry: String) { entries.withLock { $0.append(entry) } }

    var all: [String] { entries.withLock { $0 } }
}

@Suite(.timeLimit(.minutes(1)))
struct OnionTests {
    @Test(arguments: Transport.allCases)
    func `what follows next runs in reverse order`(over transport: Transport) async throws {
        let trace = Trace()
        let app = Application()
        for name in ["a", "b", "c"] {
            app.use { _, next in
                trace.add("\(name) in")
                try await next()
                trace.add("\(name) out")
            }
        }
        try await app.test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.status == 404)
            #expect(reply.text == "Not Found")
        }
        #expect(trace.all == ["a in", "b in", "c in", "c out", "b out", "a out"])
    }
}
