import Foundation
import ProcessFixture
import Synchronization

/// A private Sentinel that a test owns.
public final class SentinelServer: Sendable {
    /// The TCP port on 127.0.0.1.
    public let port: Int

    private let directory: URL
    private let process: Mutex<ServerProcess?>

    /// Starts a Sentinel and waits until it watches a master.
    ///
    /// - Parameters:
    ///   - name: The name of the master.
    ///   - master: The port of the master.
    ///   - quorum: How many Sentinels must agree that it is down.
    ///   - settings: Lines added to its configuration.
    /// - Throws: ``RedisServer/Failure``.
    public init(name: String, master: Int, quorum: Int, settings: [String] = []) throws {
        guard let executable = RedisServer.executable else { throw RedisServer.Failure.notInstalled }
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("sentinel-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        port = try freePort()
        let lines =
            [
                "port \(port)", "bind 127.0.0.1", "dir \(directory.path)",
                "sentinel monitor \(name) 127.0.0.1 \(master) \(quorum)",
                // The shortest time a loaded machine does not take for the death of a server.
                "sentinel down-after-milliseconds \(name) 1000", "sentinel failover-timeout \(name) 4000",
            ] + settings
        let file = directory.appendingPathComponent("sentinel.conf")
        try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: false, encoding: .utf8)
        process = Mutex(
            try ServerProcess([executable, file.path, "--sentinel"], readyLine: "+monitor master"))
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: directory)
    }

    /// Ends the Sentinel with SIGKILL and waits until it is gone.
    public func kill() {
        process.withLock { $0.take() }?.endAndWait(with: SIGKILL)
    }

    /// Sends a command over a connection of its own, and blocks until the reply is there, at most 10 s.
    ///
    /// - Parameter words: The command.
    /// - Returns: The reply; an error reply is one, too.
    /// - Throws: ``RedisServer/Failure/didNotAnswer``.
    @discardableResult
    public func ask(_ words: String...) throws -> ServerReply { try ServerConversation(port: port).ask(words) }

    /// What the Sentinel knows of its master: names and values.
    ///
    /// - Parameter name: The name of the master.
    /// - Returns: The fields of `SENTINEL MASTER`.
    /// - Throws: ``RedisServer/Failure/didNotAnswer``.
    public func facts(of name: String) throws -> [String: String] {
        let words = try ask("SENTINEL", "MASTER", name).elements.map(\.string)
        return Dictionary(
            stride(from: 0, to: words.count - 1, by: 2).map { (words[$0], words[$0 + 1]) },
            uniquingKeysWith: { first, _ in first })
    }
}
