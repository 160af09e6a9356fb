/// A certificate and a key that a server cannot speak TLS with.
public struct TLSError: Error, CustomStringConvertible {
    /// The path of the certificate chain.
    public let certificateChain: String
    /// The path of the private key.
    public let privateKey: String
    /// What was wrong with one of them, or with both together.
    public let underlying: any Error

    /// Which files, why, and what they must be, in a sentence for the log.
    public var description: String {
        "cannot speak TLS with the certificate \(certificateChain) and the key \(privateKey): \(underlying); "
            + "both must be PEM files that this user may read, the key not encrypted and of the first certificate"
    }
}
