public import Foundation
package import ProcessFixture
import Synchronization

/// A private MariaDB server that belongs to this process and ends with it, however it ends.
///
/// Its data live in a temporary directory. It listens on a Unix socket and on a free port of the loopback.
public final class MariaDBServer: Sendable {
    /// The user that the tests connect as; it may do everything in databases whose names start with `test_`.
    public static let user = "tester"

    /// The user's password; its special characters test the URL's escapes.
    public static let password = "p@ss:w/rd%"

    /// The password as it stands in a URL.
    public static let encodedPassword = "p%40ss%3Aw%2Frd%25"

    /// Whether the server's programs are installed.
    public static var isAvailable: Bool { MariaDBBinaries.installed != nil }

    /// Where the data, the socket and the server's files are.
    public let directory: URL

    /// The port on 127.0.0.1.
    public let port: Int

    /// What a server with TLS has; nil for one without.
    package let certificates: CertificateFixture?

    private let binaries: MariaDBBinaries
    private let options: [String]
    private let running = Mutex<ServerProcess?>(nil)

    /// Creates the data directory and starts the server.
    ///
    /// - Returns: The server, which accepts connections.
    /// - Throws: An error with the output of the program that is missing or failed.
    public static func make() async throws -> MariaDBServer {
        try await make(withTLS: false)
    }

    /// Creates the data directory and starts the server.
    ///
    /// - Parameters:
    ///   - withTLS: Whether it offers TLS, with a certificate of its own authority for `localhost`.
    ///   - options: Added to the command line.
    /// - Returns: The server, which accepts connections.
    /// - Throws: ``FixtureError`` if a program is missing or fails.
    package static func make(withTLS: Bool, options: [String] = []) async throws -> MariaDBServer {
        guard let binaries = MariaDBBinaries.installed else { throw FixtureError("MariaDB is not installed") }
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "mariadb-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: directory.appending(path: "tmp"), withIntermediateDirectories: true)
        removeAtExit(directory)
        let certificates = withTLS ? try await CertificateFixture.make(in: directory, owner: nil) : nil
        let server = MariaDBServer(
            directory: directory, port: try freePort(), certificates: certificates, binaries: binaries, options: options
        )
        try await server.install()
        try await server.start()
        return server
    }

    private init(
        directory: URL, port: Int, certificates: CertificateFixture?, binaries: MariaDBBinaries, options: [String]
    ) {
        self.directory = directory
        self.port = port
        self.certificates = certificates
        self.binaries = binaries
        self.options = options
    }

    /// The path of the Unix socket.
    public var socketPath: String { directory.appending(path: "s.sock").path }

    /// A URL over the Unix socket.
    public func socketURL(database: String) -> String {
        "mysql://\(Self.user):\(Self.encodedPassword)@localhost/\(database)?socket=\(socketPath)"
    }

    /// A URL over TCP.
    public func networkURL(database: String) -> String {
        "mysql://\(Self.user):\(Self.encodedPassword)@127.0.0.1:\(port)/\(database)"
    }

    /// A new, empty database's name, unlike any other.
    ///
    /// - Returns: The name.
    /// - Throws: An error with the client program's output.
    public func makeDatabase() async throws -> String {
        let name = "test_\(UUID().uuidString.replacing("-", with: "").lowercased())"
        try await administer("CREATE DATABASE \(name)")
        return name
    }

    /// Runs statements as the administrator.
    ///
    /// - Parameter sql: The statements, separated by semicolons.
    /// - Throws: An error with the client program's output.
    public func administer(_ sql: String) async throws {
        try await runProgram(
            [binaries.client, "--no-defaults", "--user=root", "--socket=\(socketPath)", "--execute", sql])
    }

    /// Ends the server at once, as a crash would, and waits until it is gone.
    ///
    /// - Throws: Nothing in practice.
    public func kill() async throws {
        await running.withLock { $0.take() }?.end(with: SIGKILL)
    }

    /// Stops the server where it is, with its connections open, until ``resume()``.
    public func pause() { running.withLock { $0 }?.signal(SIGSTOP) }

    /// Lets a paused server go on.
    public func resume() { running.withLock { $0 }?.signal(SIGCONT) }

    /// Starts the server again after ``kill()`` and waits until it accepts connections.
    ///
    /// - Parameter readOnly: Whether it refuses changes, as a replica does.
    /// - Throws: An error with the server's output if it does not start within 30 s.
    public func start(readOnly: Bool = false) async throws {
        var words = [
            binaries.server, "--no-defaults", "--datadir=\(directory.appending(path: "data").path)",
            "--socket=\(socketPath)", "--port=\(port)", "--bind-address=127.0.0.1",
            "--init-file=\(directory.appending(path: "init.sql").path)",
            "--pid-file=\(directory.appending(path: "pid").path)", "--innodb-buffer-pool-size=32M",
            "--innodb-flush-log-at-trx-commit=2", "--max-allowed-packet=64M", "--skip-name-resolve",
        ]
        if let certificates {
            words += [
                "--ssl-ca=\(certificates.authority)", "--ssl-cert=\(certificates.certificate)",
                "--ssl-key=\(certificates.key)",
            ]
        }
        if readOnly { words.append("--read-only") }
        let process = try await ServerProcess.start(words + shared + options, readyLine: "ready for connections")
        running.withLock { $0 = process }
    }

    private func install() async throws {
        try """
        CREATE USER IF NOT EXISTS '\(Self.user)'@'%' IDENTIFIED BY '\(Self.password)';
        GRANT ALL PRIVILEGES ON `test\\_%`.* TO '\(Self.user)'@'%';
        """.write(to: directory.appending(path: "init.sql"), atomically: true, encoding: .utf8)
        try await runProgram(
            [
                binaries.installer, "--no-defaults", "--datadir=\(directory.appending(path: "data").path)",
                "--skip-test-db", "--auth-root-authentication-method=normal",
            ] + shared)
    }

    /// What the server and its installer need alike.
    private var shared: [String] {
        // A server that starts deletes the temporary tables of all others in the same directory.
        let temporary = ["--tmpdir=\(directory.appending(path: "tmp").path)"]
        // MariaDB refuses to run as root unless it is told to.
        return geteuid() == 0 ? temporary + ["--user=root"] : temporary
    }
}

/// Runs a test with a server of its own, and ends the server afterwards.
package func withMariaDBServer<Result>(
    tls: Bool = false, options: [String] = [], _ body: (MariaDBServer) async throws -> Result
) async throws -> Result {
    let server = try await MariaDBServer.make(withTLS: tls, options: options)
    do {
        let result = try await body(server)
        try await server.kill()
        return result
    } catch {
        try await server.kill()
        throw error
    }
}
