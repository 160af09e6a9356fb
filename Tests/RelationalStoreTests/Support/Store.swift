import Foundation
import MariaDBFixture
import PostgreSQLFixture
import ProcessFixture
import RelationalStore
import Testing

/// The databases that the contract runs against.
enum Store: String, CaseIterable, CustomTestStringConvertible {
    case sqliteFile
    case sqliteMemory
    case mysql
    case postgresql

    var testDescription: String { rawValue }

    /// Whether the driver is built in and the server is there; a visible gap where it is not, unless the tests must
    /// run complete.
    private var isAvailable: Bool {
        switch self {
        case .sqliteFile, .sqliteMemory: return true
        case .mysql:
            #if MySQL
                return MariaDBServer.isAvailable || Servers.areRequired
            #else
                return false
            #endif
        case .postgresql:
            #if PostgreSQL
                return PostgreSQLServer.isAvailable || Servers.areRequired
            #else
                return false
            #endif
        }
    }

    static var available: [Store] { allCases.filter(\.isAvailable) }

    /// Those where several connections share one database.
    static var shared: [Store] { available.filter { $0 != .sqliteMemory } }

    /// Those behind a server.
    static var remote: [Store] { available.filter { $0 == .mysql || $0 == .postgresql } }
}

/// Gives the URL of an empty database of its own, and removes what belongs to it.
@discardableResult
func withURL<Value>(of store: Store, _ body: (String) async throws -> Value) async throws -> Value {
    switch store {
    case .sqliteMemory:
        return try await body("sqlite::memory:")
    case .sqliteFile:
        return try await withTemporaryDirectory { try await body("sqlite:\($0)/new/store.db") }
    case .mysql:
        let server = try await SharedMariaDB.server()
        let name = try await server.makeDatabase()
        return try await body(server.socketURL(database: name))
    case .postgresql:
        let server = try await SharedPostgreSQL.server()
        let name = try await server.makeDatabase()
        return try await body(server.socketURL(database: name))
    }
}

/// Gives an empty database and shuts it down afterwards.
@discardableResult
func withDatabase<Value>(
    _ store: Store, _ configuration: DatabaseConfiguration = DatabaseConfiguration(),
    _ body: (any RelationalDatabase) async throws -> Value
) async throws -> Value {
    try await withURL(of: store) { url in
        try await withDatabase(at: url, configuration, body)
    }
}

/// Opens a database by its URL and shuts it down afterwards.
@discardableResult
func withDatabase<Value>(
    at url: String, _ configuration: DatabaseConfiguration = DatabaseConfiguration(),
    _ body: (any RelationalDatabase) async throws -> Value
) async throws -> Value {
    let database = try makeDatabase(url: DatabaseURL(url), configuration: configuration)
    do {
        let value = try await body(database)
        await database.shutdown()
        return value
    } catch {
        await database.shutdown()
        throw error
    }
}

/// Gives a directory and removes it afterwards.
@discardableResult
func withTemporaryDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let directory = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory.path)
}

/// The kind of error that a piece of work ends with, or nil if it succeeds.
func kind(of body: () async throws -> Void) async throws -> SQLError.Kind? {
    do {
        try await body()
        return nil
    } catch let error as SQLError {
        return error.kind
    }
}

/// Runs a query for one number.
func number(_ text: SQLText, in database: any RelationalDatabase) async throws -> Int {
    let rows = try await database.query(SQLStatement(text))
    let value = try #require(rows.first?.values.first)
    return try #require(Int(sqlValue: value))
}

extension DatabaseConfiguration {
    /// The defaults with some changes.
    static func with(_ change: (inout DatabaseConfiguration) -> Void) -> DatabaseConfiguration {
        var configuration = DatabaseConfiguration()
        change(&configuration)
        return configuration
    }
}
