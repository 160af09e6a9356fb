import Foundation
import ProcessFixture
import Synchronization

/// A private `redis-server` that a test owns: its own process, port, socket and directory.
///
/// Start and stop block for the few milliseconds they take; they are for tests only.
public final class RedisServer: Sendable {
    /// Why a server is not there.
    public enum Failure: Error {
        /// There is no `redis-server` in `PATH`.
        case notInstalled
        /// The server closed its connection, or said nothing for 10 s.
        case didNotAnswer
    }

    /// The TCP port on 127.0.0.1, kept over restarts.
    public let port: Int
    /// The path of the unix socket, kept over restarts.
    public let socketPath: String

    private let directory: URL
    private let executable: String
    private let arguments: [String]
    private let process = Mutex<ServerProcess?>(nil)

    /// Starts a server and waits until it is ready.
    ///
    /// - Parameters:
    ///   - port: The TCP port; one that is free by default.
    ///   - arguments: Added to the command line, such as `["--requirepass", "secret"]`.
    /// - Throws: ``Failure``, or ``FixtureError`` with what the server printed.
    public init(port: Int? = nil, arguments: [String] = []) throws {
        guard let executable = Self.executable else { throw Failure.notInstalled }
        self.executable = executable
        self.arguments = arguments
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        socketPath = directory.appendingPathComponent("s").path
        self.port = try port ?? freePort()
        try start()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: directory)
    }

    /// Whether there is a `redis-server` in `PATH`.
    public static var isAvailable: Bool { executable != nil }

    /// The `redis://` URL, without user and password.
    public var url: String { "redis://127.0.0.1:\(port)" }

    /// The `unix://` URL, without user and password.
    public var socketURL: String { "unix://\(socketPath)" }

    /// Starts the server again after ``stop()`` or ``kill()``, on the same port and socket, without data.
    ///
    /// - Throws: ``FixtureError``, with what it printed, if it is not ready within 30 s.
    public func start() throws {
        let common = [
            "--port", "\(port)", "--bind", "127.0.0.1", "--unixsocket", socketPath, "--dir", directory.path,
            "--save", "", "--appendonly", "no", "--daemonize", "no", "--enable-debug-command", "yes",
        ]
        let process = try ServerProcess([executable] + common + arguments, readyLine: Self.readyLine)
        self.process.withLock { $0 = process }
    }

    /// Ends the server with SIGTERM and waits until it is gone.
    public func stop() { end(with: SIGTERM) }

    /// Ends the server with SIGKILL and waits until it is gone.
    public func kill() { end(with: SIGKILL) }

    /// Stops the server from doing anything, with its connections open (SIGSTOP).
    public func pause() { process.withLock { $0?.signal(SIGSTOP) } }

    /// Lets a paused server go on (SIGCONT).
    public func resume() { process.withLock { $0?.signal(SIGCONT) } }

    /// Kills the server and starts it again.
    ///
    /// - Throws: ``FixtureError``, with what it printed, if it is not ready within 30 s.
    public func restart() throws {
        kill()
        try start()
    }

    private func end(with signal: Int32) {
        process.withLock { $0.take() }?.endAndWait(with: signal)
    }

    private static let readyLine = "to accept connections"

    static let executable = (ProcessInfo.processInfo.environment["PATH"] ?? "")
        .split(separator: ":")
        .map { "\($0)/redis-server" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }
}

/// Runs a test with a server of its own, and ends the server afterwards.
///
/// - Parameters:
///   - arguments: Added to the command line, such as `["--requirepass", "secret"]`.
///   - body: The test.
/// - Returns: What the body returns.
/// - Throws: ``RedisServer/Failure``, or what the body throws.
public func withRedisServer<Result>(
    arguments: [String] = [], _ body: (RedisServer) async throws -> Result
) async throws -> Result {
    let server = try RedisServer(arguments: arguments)
    defer { server.kill() }
    return try await body(server)
}
