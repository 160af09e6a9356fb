import Foundation

/// Runs a program to its end, on a thread of its own.
///
/// - Parameters:
///   - words: The path of the program and its arguments.
///   - user: The user that it runs as, if this process may choose.
/// - Returns: What it printed.
/// - Throws: ``FixtureError``, with what it printed, if its exit code is not 0.
@discardableResult
package func runProgram(_ words: [String], as user: String? = nil) async throws -> String {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw FixtureError("no pipe") }
    let output = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    let child: pid_t
    do {
        defer { close(ends[1]) }
        let identity = ServerProcess.identity(user)
        child = try spawn((identity.isEmpty ? [] : ["/usr/bin/setpriv"] + identity) + words, output: ends[1])
    }
    let text = try await onOwnThread { String(decoding: output.readDataToEndOfFile(), as: UTF8.self) }
    let end = await ProcessEnd.of(child)
    guard end == .exit(0) else { throw FixtureError("\(words[0]) failed (\(end)): \(text.suffix(2000))") }
    return text
}

/// Finds a program in `PATH` and where Debian puts servers.
///
/// - Parameters:
///   - names: Its names, the preferred first.
///   - folders: Where to look before anywhere else.
/// - Returns: The path, or nil if it is not installed.
package func findProgram(_ names: String..., alsoIn folders: [String] = []) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders = folders + path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin", "/usr/bin"]
    return names.lazy.flatMap { name in folders.map { "\($0)/\(name)" } }
        .first { FileManager.default.isExecutableFile(atPath: $0) }
}
