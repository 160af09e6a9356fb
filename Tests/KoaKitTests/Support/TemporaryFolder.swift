import FoundationEssentials

/// A folder of a test's own; short, since the path of a unix socket is at most 107 bytes.
struct TemporaryFolder {
    let path: String

    static func with<Result>(_ body: (TemporaryFolder) async throws -> Result) async throws -> Result {
        let name = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        let folder = TemporaryFolder(path: "/tmp/koa-\(name)")
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        return try await body(folder)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}
