import Foundation
import RelationalStore

/// Finding a user by openid, or adding one, from many callers at once: what a query costs the process that asks.
///
/// Connects to `DATABASE_URL`, whose table `users` holds `USERS` users, and lets `CALLERS` tasks do `QUERIES` queries in
/// all: with `WORK=find` of users chosen at random, with `WORK=insert` of new ones, named after `RUN`. The first tenth
/// as many again warm up and are not counted.
///
/// Prints the queries and the seconds of CPU they took, user's and system's.
@main
enum SQLQueries {
    private static let find: SQLText = "SELECT id FROM users WHERE app_id = ? AND open_id = ?"
    private static let insert: SQLText = "INSERT INTO users (app_id, open_id, created_at) VALUES (?, ?, ?)"

    static func main() async throws {
        var limits = DatabaseConfiguration()
        limits.maximumConnections = try number("CONNECTIONS")
        let database = try makeDatabase(url: try DatabaseURL(try text("DATABASE_URL")), configuration: limits)
        let (callers, queries, users) = (try number("CALLERS"), try number("QUERIES"), try number("USERS"))
        let (isInsert, run) = (try text("WORK") == "insert", try text("RUN"))
        let work: @Sendable (Int, String) async throws -> Void = { number, phase in
            if isInsert {
                let openID = "\(run)-\(phase)-\(number)"
                guard try await database.execute(SQLStatement(insert, "wx1", openID, 1)).changes == 1 else {
                    throw WrongReply()
                }
            } else {
                let openID = "user-\(Int.random(in: 0..<users))"
                let rows = try await database.query(SQLStatement(find, "wx1", openID))
                guard rows.count == 1, try rows[0].value("id", as: Int64.self) > 0 else { throw WrongReply() }
            }
        }
        try await repeatWork(work, phase: "warm", times: max(callers, queries / 10), callers: callers)
        let before = secondsOfCPU()
        let done = try await repeatWork(work, phase: "run", times: queries, callers: callers)
        print(done, secondsOfCPU() - before)
        await database.shutdown()
    }

    @discardableResult
    private static func repeatWork(
        _ work: @escaping @Sendable (Int, String) async throws -> Void, phase: String, times: Int, callers: Int
    ) async throws -> Int {
        let share = max(1, times / callers)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<callers {
                group.addTask { for turn in 0..<share { try await work(caller * share + turn, phase) } }
            }
            try await group.waitForAll()
        }
        return share * callers
    }

    private static func secondsOfCPU() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func text(_ name: String) throws -> String {
        guard let value = ProcessInfo.processInfo.environment[name] else { throw MissingSetting(name: name) }
        return value
    }

    private static func number(_ name: String) throws -> Int {
        guard let value = Int(try text(name)) else { throw MissingSetting(name: name) }
        return value
    }
}

struct WrongReply: Error {}

struct MissingSetting: Error {
    let name: String
}
