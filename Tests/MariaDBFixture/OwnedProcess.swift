import Foundation

/// A child process that ends when this process ends, even by a signal.
///
/// A shell stands between: it waits for its standard input to close, which the system does when we are gone.
final class OwnedProcess: Sendable {
    private let shell: Process
    private let lifeline: Pipe
    private let child: pid_t

    init(_ path: String, _ arguments: [String]) throws {
        let shell = Process()
        self.shell = shell
        lifeline = Pipe()
        let output = Pipe()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        let script = """
            "$0" "$@" </dev/null >/dev/null 2>&1 &
            echo $!
            exec >&-
            read line
            kill -9 $!
            wait
            """
        shell.arguments = ["-c", script, path] + arguments
        shell.standardInput = lifeline
        shell.standardOutput = output
        try withSignalsUnblocked { try shell.run() }
        let line = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        guard let child = pid_t(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw MariaDBFixtureError("no process was started")
        }
        self.child = child
    }

    /// Whether the child lives; a dead one that nobody has collected yet does not count.
    var isRunning: Bool {
        let status = (try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)) ?? ""
        return status.split(separator: ")").last.map { !$0.hasPrefix(" Z") } ?? false
    }

    /// Ends the child and waits until it is gone.
    func kill() {
        try? lifeline.fileHandleForWriting.close()
        shell.waitUntilExit()
        while isRunning { usleep(1000) }
    }
}

/// Dispatch's threads block signals, and children inherit that: a shell would then wait for SIGCHLD for ever.
private func withSignalsUnblocked(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var previous = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    try body()
}

/// Runs a program to its end.
func run(_ path: String, _ arguments: [String]) throws {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw MariaDBFixtureError("\(path) failed: \(text.suffix(2000))") }
}
