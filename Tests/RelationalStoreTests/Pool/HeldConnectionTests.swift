import InMemoryLogging
import Logging
import RelationalStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HeldConnectionTests {
    @Test(arguments: [false, true])
    func `a call that keeps its connection is reported, also when its caller has given up`(
        givesUp: Bool
    ) async throws {
        let log = InMemoryLogHandler()
        let configuration = DatabaseConfiguration.with {
            $0.heldTooLong = .milliseconds(60)
            // When the call is looked after for the first time.
            $0.maximumWait = .milliseconds(200)
            $0.logger = Logger(label: "test") { _ in log }
        }
        try await withDatabase(.sqliteMemory, configuration) { database in
            try await database.ping()
            let gate = Gate()
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await kind {
                        try await database.withTransaction(within: .seconds(20)) { _ in
                            start.finish()
                            gate.wait()
                        }
                    }
                }
                for await _ in started {}
                if givesUp { group.cancelAll() }
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
