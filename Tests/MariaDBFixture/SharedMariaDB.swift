/// The server that all suites of a test process share; each makes a database of its own in it.
public enum SharedMariaDB {
    private static let starting = Task { try await MariaDBServer.make() }

    /// The server, started when first asked for.
    ///
    /// - Returns: The server.
    /// - Throws: An error with the output of the program that failed.
    public static func server() async throws -> MariaDBServer { try await starting.value }
}
