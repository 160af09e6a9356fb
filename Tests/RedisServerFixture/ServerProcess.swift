import Foundation
import ProcessFixture

/// One run of a server.
final class ServerProcess {
    private let identifier: pid_t

    /// Starts the process and waits for the line that says it is ready.
    init(
        executable: String, arguments: [String], readyLine: String = "to accept connections"
    ) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw RedisServer.Failure.didNotStart(output: "no pipe") }
        let output = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        defer { close(ends[1]) }
        do {
            identifier = try spawn([executable] + arguments, output: ends[1])
        } catch {
            throw RedisServer.Failure.didNotStart(output: "\(error)")
        }
        let state = ReadyState(readyLine: readyLine)
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
        kill(identifier, signal)
    }

    /// Ends the process and waits until it is gone.
    func end(with signal: Int32) {
        self.signal(signal)
        // A paused process hears SIGTERM only when it goes on.
        self.signal(SIGCONT)
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) == -1, errno == EINTR {}
    }
}
