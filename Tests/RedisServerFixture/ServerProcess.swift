import Foundation

/// One run of a server.
///
/// Not Foundation's `Process`: of two that start at the same time, the second may inherit the descriptor by which the
/// first one's end is noticed, and waiting for that end then never returns.
final class ServerProcess {
    private let identifier: pid_t

    /// Starts the process and waits for the line that says it is ready.
    init(executable: String, arguments: [String]) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw RedisServer.Failure.didNotStart(output: "no pipe") }
        let output = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        defer { close(ends[1]) }
        identifier = try Self.spawn([executable] + arguments, output: ends[1])
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

    private static func spawn(_ words: [String], output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        // A socket of a test that the server inherited would never look closed to its peer.
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
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        var identifier: pid_t = 0
        let result = posix_spawn(&identifier, words[0], &actions, &attributes, pointers, environ)
        guard result == 0 else { throw RedisServer.Failure.didNotStart(output: String(cString: strerror(result))) }
        return identifier
    }
}
