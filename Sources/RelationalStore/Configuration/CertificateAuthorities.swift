#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The certificate authorities that this machine trusts.
enum CertificateAuthorities {
    /// The file that holds them all, in the places of Debian, Alpine, Fedora and SUSE; nil if there is none.
    static var systemFile: String? {
        [
            "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem", "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/ssl/ca-bundle.pem",
        ].first { access($0, R_OK) == 0 }
    }
}
