import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TodosTests {
    private struct Item: Decodable, Equatable {
        let id: Int
        let title: String
        let isDone: Bool
    }

    @Test func `a todo is added, changed, found and removed`() async throws {
        try await withTodos { client in
            let added = try await client.post("/todos", body: .json(["title": "Buy milk"]))
            #expect(added.status == 201)
            #expect(added["Location"] == "/todos/1")
            #expect(try added.decode() == Item(id: 1, title: "Buy milk", isDone: false))
            _ = try await client.post("/todos", body: .json(["title": "Drink it"]))

            let changed = try await client.patch("/todos/1", body: .json(["isDone": true]))
            let milk = Item(id: 1, title: "Buy milk", isDone: true)
            #expect(try changed.decode() == milk)
            #expect(try await client.get("/todos/1").decode() == milk)
            #expect(try await client.get("/todos?done=true").decode() == [milk])
            let all = [milk, Item(id: 2, title: "Drink it", isDone: false)]
            #expect(try await client.get("/todos").decode() == all)

            #expect(try await client.delete("/todos/1").status == 204)
            #expect(try await client.get("/todos/1").status == 404)
        }
    }

    @Test(arguments: [
        ("{}", "title is missing"), (#"{"title":7}"#, "title must be a string"),
        (#"{"title":null}"#, "title must not be null"), (#"{"title":""}"#, "title must have 1 to 200 characters"),
    ])
    func `a todo that cannot be stored is refused by field`(_ sent: String, _ detail: String) async throws {
        try await withTodos { client in
            let reply = try await client.post(
                "/todos", headers: ["Content-Type": "application/json"], body: .text(sent))
            #expect(reply.status == 400)
            #expect(reply["Content-Type"] == "application/problem+json")
            #expect(try reply.json()["detail"] == .string(detail))
            #expect(try reply.json()["reason"] == "invalid_parameter")
        }
    }

    @Test func `errors of the router are problems too`() async throws {
        try await withTodos { client in
            let unknown = try await client.get("/nothing")
            #expect(unknown.status == 404)
            #expect(try unknown.json()["title"] == "Not Found")
            let wrong = try await client.put("/todos/1", body: .json(["title": "x"]))
            #expect(wrong.status == 405)
            #expect(wrong["Allow"] == "HEAD, GET, PATCH, DELETE")
            #expect(wrong["Content-Type"] == "application/problem+json")
            #expect(try await client.post("/todos", body: .text("title=x")).status == 415)
            #expect(try await client.get("/todos?done=maybe").status == 400)
        }
    }

    private func withTodos(_ body: (TestClient) async throws -> Void) async throws {
        try await ExampleProcess.run("todos") { process in
            let client = TestClient(port: process.port)
            try await body(client)
            await client.close()
        }
    }
}
