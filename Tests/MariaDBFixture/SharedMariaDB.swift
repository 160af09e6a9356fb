/// The server that all suites of a test process share; each makes a database of its own in it.
public enum SharedMariaDB {
    private static let starting = Task { try await MariaDBServer.make() }

    /// The server, started when first asked for.
    ///
    /// - Returns: The server.
    /// - Throws: ``MariaDBFixtureError`` if it could not be started.
    public static func server() async throws -> MariaDBServer { try await starting.value }
}
