import Foundation
import ProcessFixture
import RelationalStore
import Testing

/// What the file system does to a database.
@Suite(.timeLimit(.minutes(1)))
struct SQLiteDiskTests {
    @Test(.enabled(if: geteuid() == 0, "only root may mount a small file system"))
    func `a full disk is told so, readers go on, and writers as soon as there is room`() async throws {
        try await withTemporaryDirectory { directory in
            try await runProgram(["/usr/bin/mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", directory])
            do {
                try await fill(directory)
                try await runProgram(["/usr/bin/umount", directory])
            } catch {
                try await runProgram(["/usr/bin/umount", "--lazy", directory])
                throw error
            }
        }
    }

    private func fill(_ directory: String) async throws {
        try await withDatabase(at: "sqlite:\(directory)/store.db") { database in
            try await database.execute(SQLStatement(People.create))
            try await database.execute(People.insert("Ada"))
            let ballast = "\(directory)/ballast"
            // More than there is: what fits stays.
            try? Data(count: 1 << 20).write(to: URL(fileURLWithPath: ballast))
            let clock = ContinuousClock()
            var error: SQLError?
            let elapsed = await clock.measure {
                error = await #expect(throws: SQLError.self) {
                    let big = String(repeating: "x", count: 100_000)
                    for number in 0..<10 { try await database.execute(People.insert("\(number)", note: big)) }
                }
            }
            #expect(error?.kind == .diskFull)
            #expect(elapsed < .seconds(5))
            #expect(try await number("SELECT COUNT(*) FROM people WHERE name = 'Ada'", in: database) == 1)
            let inTransaction = try await kind {
                _ = try await database.withTransaction { session in
                    try session.execute(People.insert("Bob", note: String(repeating: "y", count: 400_000)))
                }
            }
            #expect(inTransaction == .diskFull)
            try FileManager.default.removeItem(atPath: ballast)
            try await database.execute(People.insert("Bob"))
            #expect(try await number("SELECT COUNT(*) FROM people WHERE name = 'Bob'", in: database) == 1)
        }
    }

    @Test func `a reader that holds its snapshot stops no writer, and sees what it saw`() async throws {
        try await withURL(of: .sqliteFile) { url in
            try await withDatabase(at: url) { database in
                try await database.execute(SQLStatement(People.create))
                let (started, start) = AsyncStream.makeStream(of: Void.self)
                let gate = Gate()
                try await withThrowingTaskGroup(of: Int.self) { group in
                    group.addTask {
                        try await withDatabase(at: url) { other in
                            try await other.withConnection(within: .seconds(20)) { session in
                                try session.execute(SQLStatement("BEGIN DEFERRED"))
                                _ = try session.query(SQLStatement("SELECT * FROM people"))
                                start.finish()
                                gate.wait()
                                return try session.query(SQLStatement("SELECT * FROM people")).count
                            }
                        }
                    }
                    for await _ in started {}
                    // Beyond the thousand pages after which SQLite would move them to the file, which the reader stops.
                    let big = String(repeating: "x", count: 100_000)
                    for number in 0..<60 { try await database.execute(People.insert("\(number)", note: big)) }
                    gate.open()
                    let seen = try await group.next()
                    #expect(seen == 0)
                }
                // With the reader gone the log is taken over, and its space used again.
                let row = try await database.withConnection(within: .seconds(5)) { session in
                    try session.query(SQLStatement("PRAGMA wal_checkpoint(TRUNCATE)")).first?.values
                }
                #expect(row?.first == .integer(0))
                #expect(try await People.count(in: database) == 60)
            }
        }
    }
}
