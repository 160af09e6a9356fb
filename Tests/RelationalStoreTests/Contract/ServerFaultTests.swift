import RelationalStore
import Testing

/// What happens to servers, and what callers see of it.
@Suite(.timeLimit(.minutes(1)), .enabled(if: !Store.remote.isEmpty, "no database server is installed"))
struct ServerFaultTests {
    @Test(arguments: Store.remote)
    func `a server that restarted between two statements is not noticed`(store: Store) async throws {
        try await withRemoteServer(store) { server, url in
            try await withDatabase(at: url, .with { $0.restBeforeValidation = .seconds(60) }) { database in
                try await database.execute(SQLStatement(People.create))
                try await server.kill()
                try await server.start()
                // A write, whose repetition would show.
                try await database.execute(People.insert("Ada"))
                #expect(try await People.count(in: database) == 1)
            }
        }
    }

    @Test(arguments: Store.remote)
    func `a server that is down fails calls soon and safely, and the pool recovers by itself`(
        store: Store
    ) async throws {
        try await withRemoteServer(store) { server, url in
            try await withDatabase(at: url) { database in
                try await database.execute(SQLStatement(People.create))
                try await server.kill()
                let clock = ContinuousClock()
                let elapsed = await clock.measure {
                    for _ in 0..<10 {
                        let error = await #expect(throws: SQLError.self) {
                            try await database.execute(People.insert("Ada"))
                        }
                        #expect(error?.kind == .unavailable)
                        #expect(error?.isSafeToRetry == true)
                        #expect(error?.isAmbiguous == false)
                    }
                }
                #expect(elapsed < .seconds(2))
                try await server.start()
                try await recover { try await database.execute(People.insert("Ada")) }
                #expect(try await People.count(in: database) == 1)
            }
        }
    }

    @Test(arguments: Store.remote)
    func `a server that dies under a statement loses it at once, and says that it is in doubt`(
        store: Store
    ) async throws {
        try await withRemoteServer(store) { server, url in
            try await withDatabase(at: url) { database in
                try await database.ping()
                let failure = try await withThrowingTaskGroup(of: SQLError?.self) { group in
                    group.addTask {
                        await #expect(throws: SQLError.self) {
                            try await database.execute(SQLStatement(slowChange), within: .seconds(30))
                        }
                    }
                    try await withDatabase(at: url) { other in
                        try await recover {
                            if try await number(slowChangesRunning, in: other) != 1 { throw NotYet() }
                        }
                    }
                    try await server.kill()
                    let killed = ContinuousClock.now
                    let failure = try await group.next() ?? nil
                    #expect(ContinuousClock.now - killed < .seconds(2))
                    return failure
                }
                #expect(failure?.kind == .connectionLost)
                #expect(failure?.isAmbiguous == true)
                #expect(failure?.isSafeToRetry == false)
            }
        }
    }

    @Test(arguments: Store.remote, CuttingProxy.Cut.allCases)
    func `a connection lost at the commit is in doubt, whether it was made or not`(
        store: Store, cut: CuttingProxy.Cut
    ) async throws {
        let server = try await RemoteServer.shared(store)
        let url = server.url(try await server.makeDatabase())
        let proxy = try await CuttingProxy(to: server.port, at: "COMMIT", cut)
        let proxied = url.replacing(":\(server.port)/", with: ":\(proxy.port)/")
        try await withDatabase(at: url) { direct in
            try await direct.execute(SQLStatement(People.create))
            try await withDatabase(at: proxied) { database in
                let error = await #expect(throws: SQLError.self) {
                    try await database.withTransaction { try $0.execute(People.insert("Ada")) }
                }
                #expect(error?.kind == .connectionLost)
                #expect(error?.isAmbiguous == true)
                #expect(error?.isSafeToRetry == false)
                // The pool has forgotten the connection.
                let one = try await number("SELECT 1", in: database)
                #expect(one == 1)
            }
            let count = try await People.count(in: direct)
            #expect(count == (cut == .before ? 0 : 1))
        }
        try await proxy.close()
    }

    @Test(arguments: Store.remote)
    func `a server that came back read-only says so, serves readers, and is used again once it is writable`(
        store: Store
    ) async throws {
        try await withRemoteServer(store) { server, url in
            try await withDatabase(at: url) { database in
                try await database.execute(SQLStatement(People.create))
                try await server.kill()
                try await server.start(readOnly: true)
                let error = await #expect(throws: SQLError.self) { try await database.execute(People.insert("Ada")) }
                #expect(error?.kind == .readOnly)
                #expect(error?.isAmbiguous == false)
                #expect(try await People.count(in: database) == 0)
                // Becomes writable as a replica that is promoted does, with its connections alive.
                let name = url.split(separator: "/").last ?? ""
                try await server.administer(
                    mysql: "SET GLOBAL read_only = 0",
                    postgresql: """
                        BEGIN READ WRITE; ALTER DATABASE \(name) SET default_transaction_read_only = off; COMMIT
                        """)
                try await recover { try await database.execute(People.insert("Ada")) }
                #expect(try await People.count(in: database) == 1)
            }
        }
    }

    @Test(arguments: Store.remote)
    func `a server that stands still fails calls at their deadlines, and works when it goes on`(
        store: Store
    ) async throws {
        try await withRemoteServer(store) { server, url in
            try await withDatabase(at: url, .with { $0.maximumConnections = 2 }) { database in
                try await database.execute(SQLStatement(People.create))
                server.pause()
                let clock = ContinuousClock()
                for _ in 0..<2 {
                    var error: SQLError?
                    let elapsed = await clock.measure {
                        error = await #expect(throws: SQLError.self) {
                            try await database.execute(People.insert("Ada"), within: .milliseconds(400))
                        }
                    }
                    #expect(error?.kind == .timeout)
                    #expect(elapsed >= .milliseconds(390) && elapsed < .seconds(2))
                }
                server.resume()
                try await recover { try await database.execute(People.insert("Bob")) }
                #expect(try await number("SELECT COUNT(*) FROM people WHERE name = 'Bob'", in: database) == 1)
            }
        }
    }

    @Test(arguments: Store.remote)
    func `a connection that the server ended at rest is replaced before it is used`(store: Store) async throws {
        try await withURL(of: store) { url in
            let lazy = DatabaseConfiguration.with {
                $0.maximumConnections = 1
                $0.restBeforeValidation = .seconds(60)
            }
            try await withDatabase(at: url, lazy) { database in
                try await database.execute(SQLStatement(People.create))
                let session = try await number(sessionNumber, in: database)
                try await database.withConnection(within: .seconds(5)) { try $0.execute(SQLStatement(shortRest)) }
                try await withDatabase(at: url) { other in
                    try await recover {
                        let rows = try await other.query(SQLStatement(findSession, session))
                        if !rows.isEmpty { throw NotYet() }
                    }
                }
                try await database.execute(People.insert("Ada"))
                #expect(try await number(sessionNumber, in: database) != session)
                #expect(try await People.count(in: database) == 1)
            }
        }
    }

    @Test(arguments: Store.remote)
    func `a connection is replaced at its age`(store: Store) async throws {
        let shortLived = DatabaseConfiguration.with {
            $0.maximumConnections = 1
            $0.maximumLifetime = .milliseconds(300)
        }
        try await withDatabase(store, shortLived) { database in
            let start = ContinuousClock.now
            let first = try await number(sessionNumber, in: database)
            var age = Duration.zero
            try await recover {
                age = ContinuousClock.now - start
                if try await number(sessionNumber, in: database) == first { throw NotYet() }
            }
            // Up to a tenth earlier, so that the connections of many nodes are not replaced at once.
            #expect(age >= .milliseconds(270))
        }
    }

    @Test(arguments: Store.remote)
    func `a server without a free connection is overloaded, and works when one is free`(store: Store) async throws {
        try await withRemoteServer(store) { server, url in
            try await server.administer(
                mysql: "ALTER USER 'tester'@'%' WITH MAX_USER_CONNECTIONS 1",
                postgresql: "ALTER ROLE tester CONNECTION LIMIT 1")
            try await withDatabase(at: url) { first in
                try await first.execute(SQLStatement(People.create))
                try await withDatabase(at: url) { second in
                    let error = await #expect(throws: SQLError.self) { try await second.execute(People.insert("Ada")) }
                    #expect(error?.kind == .overloaded)
                    #expect(error?.isSafeToRetry == true)
                    await first.shutdown()
                    try await recover { try await second.execute(People.insert("Ada")) }
                }
            }
        }
    }

    @Test(arguments: Store.remote)
    func `a refused password is named, not shown`(store: Store) async throws {
        let port = try await RemoteServer.shared(store).port
        let scheme = store == .mysql ? "mysql" : "postgresql"
        try await withDatabase(at: "\(scheme)://tester:wr0ngsecret@127.0.0.1:\(port)/test_x") { database in
            let error = await #expect(throws: SQLError.self) { try await database.ping() }
            #expect(error?.kind == .accessDenied)
            #expect(error?.isSafeToRetry == false)
            #expect(error.map { "\($0)" }?.contains("wr0ngsecret") == false)
        }
    }
}

/// A statement that writes for longer than any test waits, as far as the pool knows.
private let slowChange = SQLText(
    sqlite: "", mysql: "DO SLEEP(100)", postgresql: "DO $$ BEGIN PERFORM pg_sleep(100); END $$")

private let slowChangesRunning = SQLText(
    sqlite: "",
    mysql: "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'DO SLEEP%'",
    postgresql: "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DO $$%'")

private let sessionNumber = SQLText(
    sqlite: "", mysql: "SELECT CONNECTION_ID()", postgresql: "SELECT pg_backend_pid()")

private let findSession = SQLText(
    sqlite: "", mysql: "SELECT id FROM information_schema.processlist WHERE id = ?",
    postgresql: "SELECT pid FROM pg_stat_activity WHERE pid = ?")

/// Lets the server end the session as soon as it has rested for a moment.
private let shortRest = SQLText(
    sqlite: "", mysql: "SET SESSION wait_timeout = 1", postgresql: "SET SESSION idle_session_timeout = 50")
