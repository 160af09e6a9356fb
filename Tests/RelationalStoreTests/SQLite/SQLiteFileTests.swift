import Foundation
import RelationalStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SQLiteFileTests {
    @Test func `the file is in write-ahead mode with foreign keys on, and its folder private`() async throws {
        try await withTemporaryDirectory { directory in
            try await withDatabase(at: "sqlite:\(directory)/a/b/store.db") { database in
                let rows = try await database.withConnection(within: .seconds(1)) { session in
                    try ["PRAGMA journal_mode", "PRAGMA foreign_keys", "PRAGMA synchronous"].flatMap {
                        try session.query(SQLStatement($0)).map(\.values)
                    }
                }
                #expect(rows == [[.text("wal")], [.integer(1)], [.integer(1)]])
            }
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(directory)/a")
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
    }

    @Test func `what was written is there after reopening`() async throws {
        try await withTemporaryDirectory { directory in
            let url = "sqlite:\(directory)/store.db"
            try await withDatabase(at: url) { database in
                try await database.execute(SQLStatement(People.create))
                try await database.execute(People.insert("Ada"))
            }
            #expect(!FileManager.default.fileExists(atPath: "\(directory)/store.db-wal"))
            let count = try await withDatabase(at: url) { try await People.count(in: $0) }
            #expect(count == 1)
        }
    }

    @Test func `a path through a file is unavailable`() async throws {
        try await withTemporaryDirectory { directory in
            try Data().write(to: URL(fileURLWithPath: "\(directory)/file"))
            try await withDatabase(at: "sqlite:\(directory)/file/store.db") { database in
                let error = await #expect(throws: SQLError.self) { try await database.ping() }
                #expect(error?.kind == .unavailable)
            }
        }
    }

    @Test func `a directory in the file's place is unavailable`() async throws {
        try await withTemporaryDirectory { directory in
            try await withDatabase(at: "sqlite:\(directory)") { database in
                let failure = try await kind { try await database.ping() }
                #expect(failure == .unavailable)
            }
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func `a file that cannot be written is read-only`() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/store.db"
            try await withDatabase(at: "sqlite:\(path)") { _ = try await $0.execute(SQLStatement(People.create)) }
            try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
            try await withDatabase(at: "sqlite:\(path)") { database in
                let failure = try await kind { try await database.ping() }
                #expect(failure == .readOnly)
            }
        }
    }

    @Test func `a file on a read-only file system is refused`() async throws {
        try await withDatabase(at: "sqlite:/proc/nowhere/store.db") { database in
            let failure = try await kind { try await database.ping() }
            #expect(failure == .unavailable)
        }
    }

    @Test func `a file that is no database is corrupt, and works once replaced`() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/store.db"
            try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
            try await withDatabase(at: "sqlite:\(path)") { database in
                let failure = try await kind { try await database.ping() }
                #expect(failure == .corrupt)
                try FileManager.default.removeItem(atPath: path)
                try await database.ping()
            }
        }
    }

    @Test func `a full database is a full disk, and goes on after deletions`() async throws {
        try await withDatabase(.sqliteFile) { database in
            try await database.execute(SQLStatement(People.create))
            _ = try await database.withConnection(within: .seconds(1)) { session in
                try session.query(SQLStatement("PRAGMA max_page_count = 20"))
            }
            let big = People.insert("big", note: String(repeating: "x", count: 200_000))
            let failure = try await kind { try await database.execute(big) }
            #expect(failure == .diskFull)
            try await database.execute(People.insert("small"))
        }
    }

    @Test func `a file locked by another writer is busy within the lock timeout, and works afterwards`() async throws {
        try await withTemporaryDirectory { directory in
            let url = "sqlite:\(directory)/store.db"
            try await withDatabase(at: url, .with { $0.lockTimeout = .milliseconds(300) }) { database in
                try await database.execute(SQLStatement(People.create))
                try await withExclusiveLock(on: url) {
                    let clock = ContinuousClock()
                    var error: SQLError?
                    let elapsed = await clock.measure {
                        error = await #expect(throws: SQLError.self) { try await database.execute(People.insert("A")) }
                    }
                    #expect(error?.kind == .busy)
                    #expect(error?.isSafeToRetry == true)
                    #expect(elapsed >= .milliseconds(250) && elapsed < .seconds(2))
                    // Readers go on beside a writer.
                    #expect(try await People.count(in: database) == 0)
                    let short = try await kind {
                        try await database.execute(People.insert("A"), within: .milliseconds(100))
                    }
                    #expect(short == .busy || short == .timeout)
                }
                try await database.execute(People.insert("A"))
            }
        }
    }

    @Test func `a transaction that has only read keeps other writers out`() async throws {
        try await withURL(of: .sqliteFile) { url in
            try await withDatabase(at: url, .with { $0.lockTimeout = .milliseconds(50) }) { other in
                try await other.execute(SQLStatement(People.create))
                let (started, start) = AsyncStream.makeStream(of: Void.self)
                let gate = Gate()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await withDatabase(at: url) { database in
                            try await database.withTransaction(within: .seconds(20)) { session in
                                let count = try session.query(SQLStatement("SELECT * FROM people")).count
                                start.finish()
                                gate.wait()
                                try session.execute(People.insert("number \(count)"))
                            }
                        }
                    }
                    for await _ in started {}
                    let failure = try await kind { try await other.execute(People.insert("other")) }
                    #expect(failure == .busy)
                    gate.open()
                    try await group.waitForAll()
                }
            }
        }
    }

    /// Runs a body while another pool, as another process would, holds the file's write lock.
    private func withExclusiveLock(on url: String, _ body: () async throws -> Void) async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await withDatabase(at: url) { database in
                    try await database.withConnection(within: .seconds(20)) { session in
                        try session.execute(SQLStatement("BEGIN EXCLUSIVE"))
                        start.finish()
                        gate.wait()
                    }
                }
            }
            for await _ in started {}
            try await body()
            gate.open()
            try await group.waitForAll()
        }
    }
}
