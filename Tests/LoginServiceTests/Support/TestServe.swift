import KoaTesting
import Testing

@testable import LoginService

/// A `wechat-login serve` that listens.
struct TestServe: Sendable {
    let process: ChildProcess
    let port: Int
    let client: TestClient
}

/// Serves with a process of its own while `body` runs; what of it is left then is killed.
func withServe<Value>(
    on backends: Backends, _ settings: [Setting: String] = [:], arguments: [String] = [],
    _ body: (TestServe) async throws -> Value
) async throws -> Value {
    forbidSecrets(of: settings)
    let environment = backends.environment.merging(settings.map { ($0.key.rawValue, $0.value) }) { $1 }
    return try await withCommand(["serve"] + arguments, environment: environment) { process in
        let port = try await process.listeningPort()
        let client = TestClient(port: port)
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body(TestServe(process: process, port: port, client: client))) } catch {
            outcome = .failure(error)
        }
        await client.close()
        return try outcome.get()
    }
}

extension ChildProcess {
    /// Waits for the log line that says where the process listens.
    func listeningPort() async throws -> Int {
        try #require(await output.contains("127.0.0.1:"), "\(output.text)")
        try #require(await output.contains(#""message":"listening""#), "\(output.text)")
        let line = try #require(
            output.text.split(separator: "\n").last { $0.contains(#""message":"listening""#) })
        let digits = try #require(line.split(separator: "127.0.0.1:").dropFirst().first).prefix { $0.isNumber }
        return try #require(Int(digits))
    }
}
