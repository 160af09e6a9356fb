import Foundation
import ProcessFixture

/// A run of the real `wechat-login` binary, from the folder that these tests were built into.
final class ChildProcess: Sendable {
    struct CannotStart: Error { let reason: String }

    let identifier: pid_t
    let output: ChildOutput
    private let ending: Task<ProcessEnd, Never>

    /// Starts the binary; it sees these environment variables and no others.
    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw CannotStart(reason: "no pipe") }
        defer { close(ends[1]) }
        let child: pid_t
        do { child = try spawn([Self.binary] + arguments, environment: environment, output: ends[1]) } catch {
            close(ends[0])
            throw error
        }
        identifier = child
        // The examples of a help have phones and openids.
        let isHelp = arguments.contains { $0 == "--help" || $0 == "help" }
        output = ChildOutput(reading: ends[0], isLog: !isHelp)
        ending = Task { await ProcessEnd.of(child) }
    }

    /// Sends a signal.
    func send(_ signal: Int32) {
        kill(identifier, signal)
    }

    /// Waits until the process is gone.
    func end() async -> ProcessEnd { await ending.value }

    private static let binary =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        .map { URL(fileURLWithPath: $0).deletingLastPathComponent().appending(path: "wechat-login").path } ?? ""
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
) async throws -> (end: ProcessEnd, output: String) {
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
