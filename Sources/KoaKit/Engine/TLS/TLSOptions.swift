/// How a server speaks TLS.
///
/// ```swift
/// var options = ServerOptions(.host("0.0.0.0", port: 443))
/// options.tls = TLSOptions(certificateChain: "/etc/tls/fullchain.pem", privateKey: "/etc/tls/privkey.pem")
/// ```
public struct TLSOptions: Sendable {
    /// A version of TLS.
    public enum Version: Sendable {
        /// RFC 5246.
        case tls12
        /// RFC 8446.
        case tls13
    }

    /// The path of a PEM file with the server's certificate and those that lead from it to its authority.
    public var certificateChain: String
    /// The path of a PEM file with the key of the first certificate, not encrypted.
    public var privateKey: String
    /// The oldest version that is spoken.
    ///
    /// Default: TLS 1.2.
    public var minimumVersion = Version.tls12
    /// How long a client may take from its connection to the end of the handshake.
    ///
    /// Default: 10 s. Past it the connection is closed.
    public var handshakeTimeout: Duration = .seconds(10)
    /// How often the files are looked at, to be read again if one has changed; see also
    /// ``Server/reloadCertificates()``.
    ///
    /// Default: every minute. Nil: never.
    public var reloadInterval: Duration? = .seconds(60)

    /// Creates options with the defaults.
    ///
    /// - Parameters:
    ///   - certificateChain: The path of a PEM file, the server's own certificate first.
    ///   - privateKey: The path of a PEM file.
    public init(certificateChain: String, privateKey: String) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
    }
}
