import Foundation
import ProcessFixture

/// Certificates that `openssl` makes for one test, in a directory of their own.
public final class TestCertificates: Sendable {
    /// Why there are no certificates.
    public enum Failure: Error {
        /// There is no `openssl` in `PATH`.
        case notInstalled
        /// `openssl` failed; with its arguments.
        case failed([String])
    }

    private let directory: URL

    /// Makes a certificate authority.
    ///
    /// - Throws: ``Failure``.
    public init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try Self.run(["req", "-x509", "-days", "2", "-subj", "/CN=Test"] + newKey("ca") + ["-out", path("ca.pem")])
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// Whether there is an `openssl` in `PATH`.
    public static var isAvailable: Bool { executable != nil }

    /// The PEM file of the authority.
    public var authority: String { path("ca.pem") }

    /// Makes a key and a certificate.
    ///
    /// - Parameters:
    ///   - name: Names the files.
    ///   - subject: Whom the certificate is for, such as `DNS:localhost,IP:127.0.0.1`.
    ///   - days: For how long it is valid; less than 0 for one that has expired.
    /// - Returns: The two PEM files.
    /// - Throws: ``Failure``.
    public func issue(
        _ name: String, for subject: String, days: Int = 2
    ) throws -> (certificate: String, key: String) {
        let (request, extensions) = (path("\(name).csr"), path("\(name).ext"))
        try "subjectAltName=\(subject)".write(toFile: extensions, atomically: false, encoding: .utf8)
        try Self.run(["req", "-subj", "/CN=\(name)"] + newKey(name) + ["-out", request])
        try Self.run([
            "x509", "-req", "-in", request, "-CA", authority, "-CAkey", path("ca.key"), "-CAcreateserial",
            "-days", "\(days)", "-extfile", extensions, "-out", path("\(name).pem"),
        ])
        return (path("\(name).pem"), path("\(name).key"))
    }

    /// Puts what a file holds into a file of this directory, as a renewal does.
    ///
    /// - Parameters:
    ///   - source: A PEM file, or any other.
    ///   - name: Names the file, which may exist.
    /// - Returns: The file.
    /// - Throws: What the file system says.
    public func copy(of source: String, as name: String) throws -> String {
        try Data(contentsOf: URL(fileURLWithPath: source)).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    /// The command line of a server that has a certificate and asks its clients for none.
    ///
    /// - Parameters:
    ///   - subject: Whom the certificate is for.
    ///   - days: For how long it is valid; less than 0 for one that has expired.
    /// - Returns: The arguments, without a port.
    /// - Throws: ``Failure``.
    public func serverArguments(for subject: String, days: Int = 2) throws -> [String] {
        let issued = try issue("server", for: subject, days: days)
        return [
            "--tls-cert-file", issued.certificate, "--tls-key-file", issued.key, "--tls-ca-cert-file", authority,
            "--tls-auth-clients", "no",
        ]
    }

    private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    private func newKey(_ name: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path("\(name).key")]
    }

    private static func run(_ arguments: [String]) throws {
        guard let executable else { throw Failure.notInstalled }
        let nowhere = open("/dev/null", O_WRONLY)
        defer { close(nowhere) }
        let child = try spawn([executable] + arguments, output: nowhere)
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1, errno == EINTR {}
        guard status == 0 else { throw Failure.failed(arguments) }
    }

    private static let executable = (ProcessInfo.processInfo.environment["PATH"] ?? "")
        .split(separator: ":")
        .map { "\($0)/openssl" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }
}
