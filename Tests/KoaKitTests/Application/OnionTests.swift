import KoaKit
import KoaTesting
import Testing

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
