package import Foundation

/// A certificate authority that a test makes for itself, and a server's certificate from it.
package struct CertificateFixture: Sendable {
    package let directory: URL
    /// The authority's certificate.
    package var authority: String { directory.appending(path: "ca.pem").path }
    package var certificate: String { directory.appending(path: "server.pem").path }
    package var key: String { directory.appending(path: "server.key").path }

    private static let openSSL = "/usr/bin/openssl"

    package static var isAvailable: Bool { FileManager.default.isExecutableFile(atPath: openSSL) }

    /// Makes the files; the server's certificate is for the name `localhost`, and for no address.
    ///
    /// - Parameters:
    ///   - directory: Where the files go.
    ///   - owner: The user that the server runs as.
    /// - Returns: The files.
    /// - Throws: ``FixtureError`` if openssl fails.
    package static func make(in directory: URL, owner: String?) async throws -> CertificateFixture {
        let fixture = CertificateFixture(directory: directory)
        let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        let authorityKey = directory.appending(path: "ca.key").path
        try await runProgram(
            [openSSL, "req", "-x509"] + newKey + [
                "-keyout", authorityKey, "-out", fixture.authority, "-subj", "/CN=Authority of the tests",
            ])
        try await runProgram(
            [openSSL, "req", "-x509"] + newKey + [
                "-keyout", fixture.key, "-out", fixture.certificate, "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE", "-CA",
                fixture.authority, "-CAkey", authorityKey,
            ])
        var attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        if let owner, geteuid() == 0 { attributes[.ownerAccountName] = owner }
        try FileManager.default.setAttributes(attributes, ofItemAtPath: fixture.key)
        return fixture
    }
}
