import Foundation

/// The server's programs, as installed on this machine.
struct MariaDBBinaries: Sendable {
    let server: String
    let installer: String

    /// The programs, or nil if they are not installed.
    static let installed: MariaDBBinaries? = {
        guard let server = find(["mariadbd", "mysqld"]), let installer = find(["mariadb-install-db"]) else {
            return nil
        }
        return MariaDBBinaries(server: server, installer: installer)
    }()

    private static func find(_ names: [String]) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin", "/usr/bin"]
        for name in names {
            for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
                return "\(folder)/\(name)"
            }
        }
        return nil
    }
}
