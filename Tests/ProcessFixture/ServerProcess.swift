import Foundation
import Synchronization

/// One run of a server, which ends with this process, however it ends.
package final class ServerProcess: Sendable {
    /// Who is responsible for the end: the first to ask, and nobody after it.
    private let child: Mutex<pid_t?>
    private let output: ServerOutput

    private init(_ child: pid_t, _ output: ServerOutput) {
        self.child = Mutex(child)
        self.output = output
    }

    /// Starts a server and waits until it is ready.
    ///
    /// - Parameters:
    ///   - words: The path of the program and its arguments.
    ///   - user: The user that it runs as, if this process may choose; some servers refuse to run as root.
    ///   - readyLine: What it prints when it accepts connections.
    ///   - seconds: How long that may take.
    /// - Returns: The server.
    /// - Throws: ``FixtureError``, with what the server printed.
    package static func start(
        _ words: [String], as user: String? = nil, readyLine: String, within seconds: Int = 30
    ) async throws -> ServerProcess {
        let output = ServerOutput(readyLine: readyLine)
        let child = try await LastingThread.run {
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { throw FixtureError("no pipe") }
            defer { close(ends[1]) }
            output.read(ends[0])
            return try spawn(["/usr/bin/setpriv", "--pdeathsig", "KILL"] + identity(user) + words, output: ends[1])
        }
        let server = ServerProcess(child, output)
        guard try await onOwnThread({ output.isReady(within: seconds) }) else {
            await server.end(with: SIGKILL)
            throw FixtureError("\(words[0]) did not start: \(output.text.suffix(2000))")
        }
        return server
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
            guard let child else { return }
            kill(child, signal)
            let list = try? String(contentsOfFile: "/proc/\(child)/task/\(child)/children", encoding: .utf8)
            for grandchild in (list ?? "").split(separator: " ").compactMap({ pid_t($0) }) { kill(grandchild, signal) }
        }
    }

    /// Ends the server with a signal and waits until it and the processes that it started are gone; does nothing if
    /// it was ended before.
    package func end(with signal: Int32) async {
        // A paused process hears other signals only when it goes on.
        self.signal(SIGCONT)
        guard let child = child.withLock({ $0.take() }) else { return }
        kill(child, signal)
        _ = await ProcessEnd.of(child)
        try? await onOwnThread { [output] in output.waitForEnd(within: 10) }
    }
}
