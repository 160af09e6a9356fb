import Foundation

/// One run of a server.
final class ServerProcess {
    private let process = Process()

    /// Starts the process and waits for the line that says it is ready.
    ///
    /// Foundation's `Process` leaves no other descriptor open in the child: a socket of a test that the server
    /// inherited would never look closed.
    init(executable: String, arguments: [String]) throws {
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading
        let state = ReadyState()
        // Reads to the end, as a server whose pipe is full would stop.
        Thread.detachNewThread {
            while case let bytes = output.availableData, !bytes.isEmpty {
                state.add(String(decoding: bytes, as: UTF8.self))
            }
            state.ended()
        }
        guard state.wait(seconds: 10) else {
            end(with: SIGKILL)
            throw RedisServer.Failure.didNotStart(output: state.text)
        }
    }

    func signal(_ signal: Int32) {
        kill(process.processIdentifier, signal)
    }

    /// Ends the process and waits until it is gone.
    func end(with signal: Int32) {
        self.signal(signal)
        // A paused process hears SIGTERM only when it goes on.
        self.signal(SIGCONT)
        process.waitUntilExit()
    }
}
