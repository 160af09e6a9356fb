package import Foundation

/// Why a process was not started.
package struct SpawnError: Error, CustomStringConvertible {
    /// The system's word for it.
    package let description: String
}

/// Starts a process that shares nothing with this one but its output.
///
/// Not Foundation's `Process`: of two that start at the same time, the second may inherit the descriptor by which the
/// first one's end is noticed, and waiting for that end then never returns.
///
/// - Parameters:
///   - words: The path of the program and its arguments.
///   - environment: Its environment variables, all of them; nil for those of this process.
///   - output: A descriptor that becomes its standard output and standard error.
/// - Returns: The process; the caller waits for its end.
/// - Throws: ``SpawnError``.
package func spawn(_ words: [String], environment: [String: String]? = nil, output: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    // A socket of a test that the child inherited would never look closed to its peer.
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
        if let descriptor = Int32(name), descriptor > 2 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    }
    // The threads of the concurrency pool block signals, and a child inherits that: SIGTERM would not be heard.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let environment = environment ?? ProcessInfo.processInfo.environment
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in arguments + variables { free(pointer) } }
    var identifier: pid_t = 0
    let result = posix_spawn(&identifier, words[0], &actions, &attributes, &arguments, &variables)
    guard result == 0 else { throw SpawnError(description: String(cString: strerror(result))) }
    return identifier
}
