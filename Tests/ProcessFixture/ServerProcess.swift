import Foundation
import Synchronization

/// One run of a server, which ends with this process, however it ends.
package final class ServerProcess: Sendable {
    /// Who is responsible for the end: the first to ask, and nobody after it.
    private let child: Mutex<pid_t?>
    private let output: ServerOutput

    /// Starts a server and blocks until it is ready.
    ///
    /// - Parameters:
    ///   - words: The path of the program and its arguments.
    ///   - user: The user that it runs as, if this process may choose; some servers refuse to run as root.
    ///   - readyLine: What it prints when it accepts connections.
    ///   - seconds: How long that may take.
    /// - Throws: ``FixtureError``, with what the server printed.
    package init(_ words: [String], as user: String? = nil, readyLine: String, within seconds: Int = 30) throws {
        let output = ServerOutput(readyLine: readyLine)
        self.output = output
        child = Mutex(
            try LastingThread.run {
                var ends: [Int32] = [0, 0]
                guard pipe(&ends) == 0 else { throw FixtureError("no pipe") }
                defer { close(ends[1]) }
                output.read(ends[0])
                return try spawn(
                    ["/usr/bin/setpriv", "--pdeathsig", "KILL"] + Self.identity(user) + words, output: ends[1])
            })
        guard output.isReady(within: seconds) else {
            endAndWait(with: SIGKILL)
            throw FixtureError("\(words[0]) did not start: \(output.text.suffix(2000))")
        }
    }

    /// Starts a server, as the initializer does, and returns once it is ready.
    package static func start(
        _ words: [String], as user: String? = nil, readyLine: String, within seconds: Int = 30
    ) async throws -> ServerProcess {
        try await onOwnThread { try ServerProcess(words, as: user, readyLine: readyLine, within: seconds) }
    }

    /// What makes `setpriv` run a program as another user.
    static func identity(_ user: String?) -> [String] {
        guard let user, geteuid() == 0 else { return [] }
        return ["--reuid", user, "--regid", user, "--init-groups"]
    }

    /// What it printed so far, cut after 64 KiB.
    package var printed: String { output.text }

    /// Sends a signal to the server, and to the processes that it started.
    package func signal(_ signal: Int32) {
        child.withLock { child in
            if let child { Self.send(signal, toFamilyOf: child) }
        }
    }

    private static func send(_ signal: Int32, toFamilyOf process: pid_t) {
        kill(process, signal)
        let list = try? String(contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)
        for child in (list ?? "").split(separator: " ").compactMap({ pid_t($0) }) { kill(child, signal) }
    }

    /// Ends the server with a signal and waits until it and the processes that it started are gone; does nothing if
    /// it was ended before.
    package func end(with signal: Int32) async {
        try? await onOwnThread { self.endAndWait(with: signal) }
    }

    /// Does what ``end(with:)`` does, and blocks meanwhile.
    package func endAndWait(with signal: Int32) {
        guard let child = child.withLock({ $0.take() }) else { return }
        kill(child, signal)
        // A paused process hears a signal only when it goes on, and must do nothing else then.
        Self.send(SIGCONT, toFamilyOf: child)
        _ = ProcessEnd.wait(for: child)
        output.waitForEnd(within: 10)
    }
}
