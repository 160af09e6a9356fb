import InMemoryLogging
import KoaTesting
import Logging
import Testing

/// The listener of operations of a node.
extension TestNode {
    /// Its port; nil when it did not start.
    var adminPort: Int? {
        log.entries.last { $0.message == "operations are served" }?.metadata["address"]
            .flatMap { "\($0)".split(separator: ":").last }.flatMap { Int($0) }
    }

    /// Gives a client of it.
    func withAdmin<Value>(_ body: (TestClient) async throws -> Value) async throws -> Value {
        let client = TestClient(port: try #require(adminPort))
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body(client)) } catch { outcome = .failure(error) }
        await client.close()
        return try outcome.get()
    }
}
