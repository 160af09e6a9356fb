public import Foundation
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

    /// Where the data, the socket and the server's log are.
    public let directory: URL

    /// The port on 127.0.0.1.
    public let port: Int

    private let binaries: MariaDBBinaries
    private let running = Mutex<OwnedProcess?>(nil)

    /// Creates the data directory and starts the server.
    ///
    /// - Returns: The server, which accepts connections.
    /// - Throws: ``MariaDBFixtureError`` if a program is missing or fails.
    public static func make() async throws -> MariaDBServer {
        try await onOwnThread { try MariaDBServer() }
    }

    init() throws {
        guard let binaries = MariaDBBinaries.installed else { throw MariaDBFixtureError("MariaDB is not installed") }
        self.binaries = binaries
        directory = FileManager.default.temporaryDirectory.appending(path: "mariadb-\(UUID().uuidString.prefix(8))")
        port = try freePort()
        try FileManager.default.createDirectory(
            at: directory.appending(path: "tmp"), withIntermediateDirectories: true)
        removeAtExit(directory)
        try install()
        try startAndWait()
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
    /// - Throws: ``MariaDBFixtureError`` if the client program fails.
    public func makeDatabase() async throws -> String {
        let name = "test_\(UUID().uuidString.replacing("-", with: "").lowercased())"
        try await administer("CREATE DATABASE \(name)")
        return name
    }

    /// Runs statements as the administrator.
    ///
    /// - Parameter sql: The statements, separated by semicolons.
    /// - Throws: ``MariaDBFixtureError`` if the client program fails.
    public func administer(_ sql: String) async throws {
        try await onOwnThread { [self] in try administerAndWait(sql) }
    }

    private func administerAndWait(_ sql: String) throws {
        try run(
            "/usr/bin/env",
            ["mariadb", "--no-defaults", "--user=root", "--socket=\(socketPath)", "--execute", sql])
    }

    /// Ends the server at once, as a crash would, and waits until it is gone.
    ///
    /// - Throws: Nothing in practice.
    public func kill() async throws {
        try await onOwnThread { [self] in running.withLock { $0.take() }?.kill() }
    }

    /// Starts the server again after ``kill()`` and waits until it accepts connections.
    ///
    /// - Throws: ``MariaDBFixtureError`` if it does not start within 30 s.
    public func start() async throws {
        try await onOwnThread { [self] in try startAndWait() }
    }

    private func startAndWait() throws {
        let log = directory.appending(path: "server.log").path
        let process = try OwnedProcess(
            binaries.server,
            [
                "--no-defaults", "--datadir=\(directory.appending(path: "data").path)", "--socket=\(socketPath)",
                "--port=\(port)", "--bind-address=127.0.0.1",
                "--init-file=\(directory.appending(path: "init.sql").path)",
                "--pid-file=\(directory.appending(path: "pid").path)", "--log-error=\(log)",
                "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=2", "--max-allowed-packet=64M",
                "--skip-name-resolve",
            ] + shared)
        running.withLock { $0 = process }
        let deadline = ContinuousClock.now + .seconds(30)
        while !accepts() {
            guard ContinuousClock.now < deadline, process.isRunning else {
                let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                throw MariaDBFixtureError("the server did not start: \(text.suffix(2000))")
            }
            usleep(20_000)
        }
    }

    private func accepts() -> Bool {
        (try? administerAndWait("DO 1")) != nil
    }

    private func install() throws {
        try """
        CREATE USER IF NOT EXISTS '\(Self.user)'@'%' IDENTIFIED BY '\(Self.password)';
        GRANT ALL PRIVILEGES ON `test\\_%`.* TO '\(Self.user)'@'%';
        """.write(to: directory.appending(path: "init.sql"), atomically: true, encoding: .utf8)
        try run(
            binaries.installer,
            [
                "--no-defaults", "--datadir=\(directory.appending(path: "data").path)", "--skip-test-db",
                "--auth-root-authentication-method=normal",
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
