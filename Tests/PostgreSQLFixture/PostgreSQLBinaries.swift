import Foundation
import ProcessFixture

/// The server's programs, as installed on this machine.
struct PostgreSQLBinaries: Sendable {
    let server: String
    let installer: String
    let client: String

    /// The programs, or nil if they are not installed.
    static let installed: PostgreSQLBinaries? = {
        // Debian keeps each major version in a directory of its own, outside PATH; the newest is taken.
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let folders = versions.compactMap { Int($0) }.sorted(by: >).map { "\(root)/\($0)/bin" }
        guard let server = findProgram("postgres", alsoIn: folders),
            let installer = findProgram("initdb", alsoIn: folders), let client = findProgram("psql", alsoIn: folders)
        else { return nil }
        return PostgreSQLBinaries(server: server, installer: installer, client: client)
    }()
}
