/// The server that all suites of a test process share; each makes a database of its own in it.
package enum SharedPostgreSQL {
    private static let starting = Task { try await PostgreSQLServer.make() }

    /// The server, started when first asked for.
    package static func server() async throws -> PostgreSQLServer { try await starting.value }
}
