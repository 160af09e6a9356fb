import FoundationEssentials
import Glibc
import NIOPosix
import ProcessFixture

/// A program of the system that a test runs to its end.
enum Command {
    struct Outcome {
        let status: CInt
        /// Standard output and standard error.
        let output: String
    }

    static func isInstalled(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// - Throws: `SpawnError` when it is not there.
    static func run(_ words: [String], in folder: TemporaryFolder) async throws -> Outcome {
        let path = folder.file("output-\(UInt32.random(in: 0...UInt32.max))")
        return try await NIOThreadPool.singleton.runIfActive {
            let output = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
            defer { close(output) }
            let process = try spawn(words, output: output)
            var status: CInt = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
            return Outcome(status: (status >> 8) & 0xFF, output: text)
        }
    }
}
