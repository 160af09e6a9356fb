import FoundationEssentials

/// A folder of a test's own, removed when it is let go.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        // Short, since the path of a unix socket is at most 107 bytes.
        path = "/tmp/koa-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        // What is left behind harms nobody.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Makes a folder that stays until `body` has ended, whatever `body` uses of it.
    static func with<Result>(_ body: (TemporaryFolder) async throws -> Result) async throws -> Result {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        return try await body(folder)
    }

    /// The path of a file in it.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, and the folders above it.
    func write(_ content: some Sequence<UInt8>, to name: String) throws {
        let file = URL(filePath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content).write(to: file)
    }

    /// Puts a symbolic link to a path, which may be relative.
    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
    }

    /// The names of what is in it.
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }

    /// The names of what this process has open in it.
    var openFiles: [String] {
        get throws {
            let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
            return descriptors.compactMap { descriptor in
                // It may have been closed since it was listed.
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
                guard let target, target.hasPrefix(path + "/") else { return nil }
                return String(target.dropFirst(path.count + 1))
            }
        }
    }
}
