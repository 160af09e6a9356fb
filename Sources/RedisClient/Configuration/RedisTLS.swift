/// How a server proves who it is, and how we do.
///
/// The server's certificate is always checked in full: its chain, its dates, and its name or address. TLS 1.2 is the
/// least that is spoken. Nothing turns that off: a private authority is trusted with ``certificateAuthorityFile``, and
/// a certificate for another name is accepted with ``serverName``.
///
/// The files are read again for new connections, at most once a second, so certificates can be renewed while the client
/// runs. Files that are unusable then, half written perhaps, leave what was read before.
public struct RedisTLS: Hashable, Sendable {
    /// A PEM file with the certificates of the authorities to trust; `nil` (the default) trusts those of the system.
    public var certificateAuthorityFile: String?

    /// A PEM file with our certificate and those that lead to its authority; `nil` (the default) shows none.
    ///
    /// Needed together with ``privateKeyFile``, for servers with `tls-auth-clients yes`.
    public var certificateChainFile: String?

    /// A PEM file with the key of our certificate, without a passphrase.
    public var privateKeyFile: String?

    /// The name that the server's certificate must be for; `nil` (the default) takes the host the client connects to.
    public var serverName: String?

    /// Makes a configuration that trusts the authorities of the system.
    public init() {}
}
