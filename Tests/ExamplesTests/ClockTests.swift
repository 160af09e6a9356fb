import Foundation
import KoaTesting
import ProcessFixture
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ClockTests {
    @Test func `the clock sends the time as server-sent events`() async throws {
        try await ExampleProcess.run("clock") { process in
            let connection = try await RawConnection.connect(port: process.port)
            try await connection.send("GET /time HTTP/1.1\r\nHost: localhost\r\n\r\n")
            var text = ""
            while text.matches(of: /data: [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z\n/).count < 2 {
                text += String(decoding: try await connection.read(1), as: UTF8.self)
            }
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.contains("Content-Type: text/event-stream"))
            await connection.close()
        }
    }

    @Test func `the clock stops gracefully at SIGTERM`() async throws {
        try await ExampleProcess.run("clock") { process in
            let client = TestClient(port: process.port)
            let page = try await client.get("/")
            #expect(page["Content-Type"] == "text/html; charset=utf-8")
            await client.close()
            process.send(SIGTERM)
            #expect(await process.end() == .exit(0))
        }
    }
}
