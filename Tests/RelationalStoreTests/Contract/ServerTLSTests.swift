import MariaDBFixture
import PostgreSQLFixture
import ProcessFixture
import RelationalStore
import Testing

/// Encrypted lines, to servers whose certificate is for `localhost`, from an authority that only the test knows.
@Suite(
    .timeLimit(.minutes(1)),
    .enabled(if: !Store.remote.isEmpty && CertificateFixture.isAvailable, "no database server, or no openssl"),
    .serialized
)
struct ServerTLSTests {
    /// The state of the line, as the server sees it.
    private static let cipher = SQLText(
        sqlite: "",
        mysql:
            "SELECT variable_value AS cipher FROM information_schema.session_status WHERE variable_name = 'ssl_cipher'",
        postgresql: "SELECT cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()")

    @Test(.enabled(if: Store.remote.contains(.postgresql), "PostgreSQL is not installed"))
    func `PostgreSQL's certificate must be for the host, and from an authority that is trusted`() async throws {
        try await withPostgreSQLServer(tls: true) { server in
            let certificates = try #require(server.certificates)
            let name = try await server.makeDatabase()
            let byName = server.networkURL(database: name, host: "localhost")
            let byAddress = server.networkURL(database: name)
            let trusted = "sslrootcert=\(certificates.authority)"
            try await expect(encrypted: true, byName + "?sslmode=verify-full&" + trusted)
            try await expect(encrypted: true, byAddress + "?sslmode=verify-ca&" + trusted)
            try await expect(encrypted: true, byAddress + "?sslmode=require")
            try await expectRefusal(byAddress + "?sslmode=verify-full&" + trusted, "does not match host name")
            try await expectRefusal(byName + "?sslmode=verify-full", "certificate verify failed")
            // The server wants TLS, and gets none.
            try await expectRefusal(byAddress + "?sslmode=disable", "no encryption", .accessDenied)
        }
    }

    @Test(.enabled(if: Store.remote.contains(.mysql), "MariaDB is not installed"))
    func `MariaDB's certificate must be for the host, and from an authority that is trusted`() async throws {
        try await withMariaDBServer(tls: true) { server in
            let certificates = try #require(server.certificates)
            let byAddress = server.networkURL(database: try await server.makeDatabase())
            let byName = byAddress.replacing("@127.0.0.1:", with: "@localhost:")
            let trusted = "ca=\(certificates.authority)"
            try await expect(encrypted: true, byAddress + "?tls=require")
            try await expect(encrypted: false, byAddress)
            try await expectRefusal(byAddress + "?tls=verify&" + trusted, "")
            try await expectRefusal(byAddress + "?tls=verify", "")
            try await expect(encrypted: true, byName + "?tls=verify&" + trusted)
            try await expectRefusal(byName + "?tls=verify", "")
        }
    }

    private func expect(encrypted: Bool, _ url: String) async throws {
        try await withDatabase(at: url) { database in
            let row = try #require(try await database.query(SQLStatement(Self.cipher)).first)
            let cipher = try row.value("cipher", as: String?.self) ?? ""
            #expect(cipher.isEmpty != encrypted, "\(url)")
        }
    }

    private func expectRefusal(
        _ url: String, _ reason: String, _ kind: SQLError.Kind = .unavailable
    ) async throws {
        try await withDatabase(at: url) { database in
            let error = await #expect(throws: SQLError.self, "\(url)") { try await database.ping() }
            #expect(error?.kind == kind)
            #expect(reason.isEmpty || error?.message.contains(reason) == true, "\(String(describing: error))")
        }
    }
}
