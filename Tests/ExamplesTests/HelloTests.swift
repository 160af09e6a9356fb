import KoaTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HelloTests {
    @Test func `hello greets by the name in the path`() async throws {
        try await ExampleProcess.run("hello") { process in
            let client = TestClient(port: process.port)
            let reply = try await client.get("/hello/Ann%20Lee")
            #expect(reply.status == 200)
            #expect(reply.text == "Hello, Ann Lee!\n")
            #expect(reply["Content-Type"] == "text/plain; charset=utf-8")
            #expect(try await client.get("/hello").status == 404)
            #expect(try await client.post("/hello/Ann").status == 405)
            await client.close()
        }
    }
}
