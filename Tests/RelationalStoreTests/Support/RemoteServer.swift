import MariaDBFixture
import PostgreSQLFixture
import RelationalStore
import Testing

/// A server of a test's own, whichever it is, with the faults that both know.
enum RemoteServer {
    case mariaDB(MariaDBServer)
    case postgreSQL(PostgreSQLServer)

    /// The server that all tests of this process share: do it no harm.
    static func shared(_ store: Store) async throws -> RemoteServer {
        if store == .mysql { return .mariaDB(try await SharedMariaDB.server()) }
        return .postgreSQL(try await SharedPostgreSQL.server())
    }

    var port: Int {
        switch self {
        case .mariaDB(let server): server.port
        case .postgreSQL(let server): server.port
        }
    }

    func makeDatabase() async throws -> String {
        switch self {
        case .mariaDB(let server): try await server.makeDatabase()
        case .postgreSQL(let server): try await server.makeDatabase()
        }
    }

    func url(_ database: String) -> String {
        switch self {
        case .mariaDB(let server): server.networkURL(database: database)
        case .postgreSQL(let server): server.networkURL(database: database)
        }
    }

    func administer(mysql: String, postgresql: String) async throws {
        switch self {
        case .mariaDB(let server): try await server.administer(mysql)
        case .postgreSQL(let server): try await server.administer(postgresql)
        }
    }

    func kill() async throws {
        switch self {
        case .mariaDB(let server): try await server.kill()
        case .postgreSQL(let server): await server.kill()
        }
    }

    func start(readOnly: Bool = false) async throws {
        switch self {
        case .mariaDB(let server): try await server.start(readOnly: readOnly)
        case .postgreSQL(let server): try await server.start(readOnly: readOnly)
        }
    }

    func pause() {
        switch self {
        case .mariaDB(let server): server.pause()
        case .postgreSQL(let server): server.pause()
        }
    }

    func resume() {
        switch self {
        case .mariaDB(let server): server.resume()
        case .postgreSQL(let server): server.resume()
        }
    }
}

/// Runs a test with a server of its own and the URL of an empty database in it, and ends the server afterwards.
func withRemoteServer(_ store: Store, _ body: (RemoteServer, String) async throws -> Void) async throws {
    switch store {
    case .mysql:
        try await withMariaDBServer { server in
            let name = try await server.makeDatabase()
            try await body(.mariaDB(server), server.networkURL(database: name))
        }
    case .postgresql:
        try await withPostgreSQLServer { server in
            let name = try await server.makeDatabase()
            try await body(.postgreSQL(server), server.networkURL(database: name))
        }
    default: Issue.record("\(store) has no server")
    }
}

/// What a body of ``recover(_:)`` throws to be called again.
struct NotYet: Error {}

/// Repeats what may fail while a server comes back, for ten seconds at most.
func recover(_ body: () async throws -> Void) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while true {
        do {
            return try await body()
        } catch  where ContinuousClock.now < deadline {
            await Task.yield()
        }
    }
}
