package import Foundation
package import ProcessFixture
import Synchronization

/// A private PostgreSQL server that belongs to this process and ends with it, however it ends.
///
/// Its data live in a temporary directory. It listens on a Unix socket and on a free port of the loopback. The server
/// refuses to run as root; root runs it as the user `postgres`, which Debian's package makes.
package final class PostgreSQLServer: Sendable {
    /// The user that the tests connect as; it owns the tests' databases.
    package static let user = "tester"

    /// The user's password as it stands in a URL; its special characters test the URL's escapes.
    package static let encodedPassword = "p%40ss%3Aw%2Frd%25"

    private static let password = "p@ss:w/rd%"
    private static let systemUser = "postgres"

    /// Whether the server's programs are installed.
    package static var isAvailable: Bool { PostgreSQLBinaries.installed != nil }

    /// Where the data and the socket are.
    package let directory: URL

    /// The port on 127.0.0.1.
    package let port: Int

    /// What a server with TLS has; nil for one without.
    package let certificates: CertificateFixture?

    private let binaries: PostgreSQLBinaries
    private let settings: [String]
    private let running = Mutex<ServerProcess?>(nil)

    /// Creates the data directory and starts the server.
    ///
    /// - Parameters:
    ///   - withTLS: Whether it accepts connections over TCP with TLS only, with a certificate of its own authority for
    ///     `localhost`.
    ///   - settings: Of the server, such as `max_connections=10`.
    /// - Returns: The server, which accepts connections.
    /// - Throws: ``FixtureError`` if a program is missing or fails.
    package static func make(withTLS: Bool = false, settings: [String] = []) async throws -> PostgreSQLServer {
        guard let binaries = PostgreSQLBinaries.installed else { throw FixtureError("PostgreSQL is not installed") }
        let directory = FileManager.default.temporaryDirectory.appending(path: "pg-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        removeAtExit(directory)
        if geteuid() == 0 {
            try FileManager.default.setAttributes([.ownerAccountName: systemUser], ofItemAtPath: directory.path)
        }
        let certificates = withTLS ? try await CertificateFixture.make(in: directory, owner: systemUser) : nil
        let server = PostgreSQLServer(
            directory: directory, port: try freePort(), certificates: certificates, binaries: binaries,
            settings: settings)
        try await server.install()
        try await server.start()
        try await server.administer("CREATE ROLE \(user) LOGIN PASSWORD '\(password)'")
        return server
    }

    private init(
        directory: URL, port: Int, certificates: CertificateFixture?, binaries: PostgreSQLBinaries, settings: [String]
    ) {
        self.directory = directory
        self.port = port
        self.certificates = certificates
        self.binaries = binaries
        self.settings = settings
    }

    /// A URL over the Unix socket.
    package func socketURL(database: String) -> String {
        "postgresql://\(Self.user):\(Self.encodedPassword)@:\(port)/\(database)?host=\(directory.path)"
    }

    /// A URL over TCP.
    package func networkURL(database: String, host: String = "127.0.0.1") -> String {
        "postgres://\(Self.user):\(Self.encodedPassword)@\(host):\(port)/\(database)"
    }

    /// A new, empty database's name, unlike any other.
    package func makeDatabase() async throws -> String {
        let name = "test_\(UUID().uuidString.replacing("-", with: "").lowercased())"
        try await administer("CREATE DATABASE \(name) OWNER \(Self.user)")
        return name
    }

    /// Runs one statement as the administrator.
    ///
    /// - Parameters:
    ///   - sql: The statement.
    ///   - database: Where.
    /// - Returns: What it printed.
    /// - Throws: ``FixtureError`` with the client program's output.
    @discardableResult
    package func administer(_ sql: String, in database: String = "postgres") async throws -> String {
        try await runProgram([
            binaries.client, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1",
            "--host=\(directory.path)", "--port=\(port)", "--username=postgres", "--dbname=\(database)",
            "--command=\(sql)",
        ])
    }

    /// Ends the server at once, as a crash would, and waits until it is gone.
    package func kill() async {
        let process = running.withLock { $0.take() }
        // Sessions that outlive the main process by a moment would keep it from starting again.
        process?.signal(SIGKILL)
        await process?.end(with: SIGKILL)
    }

    /// Ends the server in order, which ends every session with a word, and waits until it is gone.
    ///
    /// - Returns: The log of its run, cut after 64 KiB.
    @discardableResult
    package func stop() async -> String {
        let process = running.withLock { $0.take() }
        await process?.end(with: SIGINT)
        return process?.printed ?? ""
    }

    /// Stops the server and all its sessions where they are, until ``resume()``.
    package func pause() { running.withLock { $0 }?.signal(SIGSTOP) }

    /// Lets a paused server go on.
    package func resume() { running.withLock { $0 }?.signal(SIGCONT) }

    /// Starts the server again after ``kill()`` or ``stop()`` and waits until it accepts connections.
    ///
    /// - Parameter readOnly: Whether its transactions refuse changes, as a standby's do.
    /// - Throws: ``FixtureError`` with the server's output if it does not start within 30 s.
    package func start(readOnly: Bool = false) async throws {
        var settings = [
            "listen_addresses=127.0.0.1", "port=\(port)", "unix_socket_directories=\(directory.path)", "fsync=off",
            "full_page_writes=off", "shared_buffers=16MB", "lc_messages=C",
            "default_transaction_read_only=\(readOnly ? "on" : "off")",
        ]
        if let certificates {
            settings += [
                "ssl=on", "ssl_cert_file=\(certificates.certificate)", "ssl_key_file=\(certificates.key)",
            ]
        }
        let words = [binaries.server, "-D", data] + (settings + self.settings).flatMap { ["-c", $0] }
        let process = try await ServerProcess.start(
            words, as: Self.systemUser, readyLine: "database system is ready to accept connections")
        running.withLock { $0 = process }
    }

    private var data: String { directory.appending(path: "data").path }

    private func install() async throws {
        try await runProgram(
            [
                binaries.installer, "--pgdata=\(data)", "--username=postgres", "--auth=trust", "--encoding=UTF8",
                "--locale=C", "--no-sync",
            ], as: Self.systemUser)
        let network = certificates == nil ? "host" : "hostssl"
        try """
        local all postgres trust
        local all all scram-sha-256
        \(network) all all 127.0.0.1/32 scram-sha-256
        """.appending("\n").write(toFile: "\(data)/pg_hba.conf", atomically: false, encoding: .utf8)
    }
}

/// Runs a test with a server of its own, and ends the server afterwards.
package func withPostgreSQLServer<Result>(
    tls: Bool = false, settings: [String] = [], _ body: (PostgreSQLServer) async throws -> Result
) async throws -> Result {
    let server = try await PostgreSQLServer.make(withTLS: tls, settings: settings)
    do {
        let result = try await body(server)
        await server.kill()
        return result
    } catch {
        await server.kill()
        throw error
    }
}
