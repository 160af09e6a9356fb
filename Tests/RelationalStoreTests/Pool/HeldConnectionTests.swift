import InMemoryLogging
import Logging
import RelationalStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HeldConnectionTests {
    @Test(arguments: [Duration.seconds(20), .milliseconds(20)])
    func `a call that keeps its connection is reported, also when its caller has given up`(
        deadline: Duration
    ) async throws {
        let log = InMemoryLogHandler()
        let configuration = DatabaseConfiguration.with {
            $0.heldTooLong = .milliseconds(60)
            $0.maximumWait = .milliseconds(10)
            $0.logger = Logger(label: "test") { _ in log }
        }
        try await withDatabase(.sqliteMemory, configuration) { database in
            let gate = Gate()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await kind {
                        try await database.withTransaction(within: deadline) { _ in gate.wait() }
                    }
                }
                try await recover {
                    if log.entries.filter({ $0.level == .warning }).count < 2 { throw NotYet() }
                }
                gate.open()
                try await group.waitForAll()
            }
        }
        let entries = log.entries.filter { $0.level == .warning }
        #expect(entries.allSatisfy { "\($0.message)" == "a call holds a connection for too long" })
        #expect(entries[0].metadata["sql.operation"] == "transaction")
        #expect(entries[0].metadata["sql.held"] == "0.06 seconds")
        #expect(entries[1].metadata["sql.held"] == "0.12 seconds")
    }
}
