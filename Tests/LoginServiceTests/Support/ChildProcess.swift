import Foundation

/// A run of the real `wechat-login` binary, from the folder that these tests were built into.
///
/// Not Foundation's `Process`: a child would inherit pipes of other tests, and their ends would never be seen.
final class ChildProcess: Sendable {
    struct CannotStart: Error { let reason: String }

    /// How a process ended.
    enum End: Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    let identifier: pid_t
    let output: ChildOutput
    private let ending: Task<End, Never>

    /// Starts the binary; it sees these environment variables and no others.
    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw CannotStart(reason: "no pipe") }
        defer { close(ends[1]) }
        let child: pid_t
        do { child = try Self.spawn([Self.binary] + arguments, environment, output: ends[1]) } catch {
            close(ends[0])
            throw error
        }
        identifier = child
        output = ChildOutput(reading: ends[0])
        ending = Task { await Self.waitForEnd(of: child) }
    }

    /// Sends a signal.
    func send(_ signal: Int32) {
        kill(identifier, signal)
    }

    /// Waits until the process is gone.
    func end() async -> End { await ending.value }

    private static let binary =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        .map { URL(fileURLWithPath: $0).deletingLastPathComponent().appending(path: "wechat-login").path } ?? ""

    private static func waitForEnd(of child: pid_t) async -> End {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var status: Int32 = 0
                while waitpid(child, &status, 0) == -1, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal))
            }
        }
    }

    private static func spawn(
        _ words: [String], _ environment: [String: String], output: Int32
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        // A socket of a test that the child inherited would never look closed to its peer.
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            if let descriptor = Int32(name), descriptor > 2 {
                posix_spawn_file_actions_addclose(&actions, descriptor)
            }
        }
        // The threads of the concurrency pool block signals, and a child inherits that: SIGTERM would not be heard.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var identifier: pid_t = 0
        let result = posix_spawn(&identifier, words[0], &actions, &attributes, &arguments, &variables)
        guard result == 0 else { throw CannotStart(reason: String(cString: strerror(result))) }
        return identifier
    }
}

/// Starts the binary for as long as `body` runs.
func withCommand<Value>(
    _ arguments: [String], environment: [String: String] = [:], _ body: (ChildProcess) async throws -> Value
) async throws -> Value {
    let child = try ChildProcess(arguments, environment: environment)
    do {
        let value = try await body(child)
        child.send(SIGKILL)
        _ = await child.end()
        return value
    } catch {
        child.send(SIGKILL)
        _ = await child.end()
        throw error
    }
}

/// Runs the binary to its end, which must come by itself.
func runCommand(
    _ arguments: [String], environment: [String: String] = [:]
) async throws -> (end: ChildProcess.End, output: String) {
    await Turns.commands.take()
    let child: ChildProcess
    do { child = try ChildProcess(arguments, environment: environment) } catch {
        await Turns.commands.giveBack()
        throw error
    }
    let text = await child.output.whole()
    let end = await child.end()
    await Turns.commands.giveBack()
    return (end, text)
}
