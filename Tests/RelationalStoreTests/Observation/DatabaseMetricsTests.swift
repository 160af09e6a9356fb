import MetricsTestKit
import RelationalStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DatabaseMetricsTests {
    private let system = ("db.system.name", "sqlite")

    private func withMeasuredDatabase(
        _ body: (any RelationalDatabase, TestMetrics) async throws -> Void
    ) async throws {
        let metrics = TestMetrics()
        try await withDatabase(.sqliteMemory, .with { $0.metricsFactory = metrics }) { database in
            try await database.execute(SQLStatement(People.create))
            try await body(database, metrics)
        }
    }

    @Test func `statements are timed under their names, calls wait and use connections`() async throws {
        try await withMeasuredDatabase { database, metrics in
            for name in ["Ada", "Bob"] { try await database.execute(People.insert(name)) }
            try await database.withTransaction { _ = try $0.query(SQLStatement("SELECT 1")) }
            try await database.ping()
            let counts = try ["people.insert", "unnamed", "transaction", "ping"].map { name in
                try metrics.expectTimer("db.client.operation.duration", [system, ("db.operation.name", name)]).values
                    .count
            }
            #expect(counts == [2, 1, 1, 1])
            #expect(try metrics.expectTimer("db.client.connection.wait_time", [system]).values.count == 5)
            #expect(try metrics.expectMeter("db.client.connection.used", [system]).lastValue == 0)
        }
    }

    @Test func `errors are counted by kind, also those in transactions and of waiting`() async throws {
        try await withMeasuredDatabase { database, metrics in
            try await database.execute(People.insert("Ada"))
            _ = try await kind { try await database.execute(People.insert("Ada")) }
            _ = try await kind { _ = try await database.withTransaction { try $0.execute(People.insert("Ada")) } }
            _ = try await kind { try await database.execute(SQLStatement(endless), within: .milliseconds(50)) }
            let counts = try ["uniqueViolation", "timeout"].map { kind in
                try metrics.expectCounter("db.client.operation.errors", [system, ("error.type", kind)]).totalValue
            }
            #expect(counts == [2, 1])
        }
    }
}
