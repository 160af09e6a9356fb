import ProcessFixture

/// The server's programs, as installed on this machine.
struct MariaDBBinaries: Sendable {
    let server: String
    let installer: String
    let client: String

    /// The programs, or nil if they are not installed.
    static let installed: MariaDBBinaries? = {
        guard let server = findProgram("mariadbd", "mysqld"), let installer = findProgram("mariadb-install-db"),
            let client = findProgram("mariadb")
        else { return nil }
        return MariaDBBinaries(server: server, installer: installer, client: client)
    }()
}
