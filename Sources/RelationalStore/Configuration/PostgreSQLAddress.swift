/// The parts of a `postgresql:` URL; its options have the names that libpq gives them.
struct PostgreSQLAddress: Sendable, CustomStringConvertible {
    /// libpq's `allow` and `prefer` are missing: they fall back to an open line without a word.
    enum TLS: String, Sendable {
        case disable
        case require
        case verifyAuthority = "verify-ca"
        case verifyFull = "verify-full"
    }

    enum Target: String, Sendable {
        case any
        case readWrite = "read-write"
        case readOnly = "read-only"
        case primary
        case standby
    }

    let user: String
    let password: String
    let hosts: [ServerURL.Host]
    let database: String
    /// The line's protection where the URL does not say: none to this machine, all to others.
    private(set) var tls: TLS?
    private(set) var target: Target
    /// Whether a pooler between gives each transaction another session.
    private(set) var hasTransactionPooler = false
    /// What goes to libpq as it is: files of certificates, the application's name.
    private(set) var parameters: [(name: String, value: String)] = []

    /// - Parameter rest: What follows the scheme.
    /// - Throws: ``SQLError`` `.invalidConfiguration`.
    init(_ rest: Substring) throws(SQLError) {
        let url = try ServerURL(rest, defaultPort: 5432)
        user = url.user
        password = url.password
        database = url.database
        var hosts = url.hosts
        target = hosts.count > 1 ? .readWrite : .any
        for (name, value) in url.options {
            switch name {
            case "host":
                guard hosts.count == 1, hosts[0].name.isEmpty else { throw .invalidURL("names its host twice") }
                hosts[0].name = value
            case "sslmode":
                tls = TLS(rawValue: value)
                if tls == nil { throw .invalidURL("needs disable, require, verify-ca or verify-full for sslmode") }
            case "target_session_attrs":
                guard let choice = Target(rawValue: value) else {
                    throw .invalidURL("needs any, read-write, read-only, primary or standby for target_session_attrs")
                }
                target = choice
            case "pooler":
                guard value == "transaction" else { throw .invalidURL("needs transaction for pooler") }
                hasTransactionPooler = true
            case "sslrootcert", "sslcert", "sslkey", "application_name":
                parameters.append((String(name), value))
            default:
                throw .unknownOption(
                    name,
                    known: """
                        host, sslmode, sslrootcert, sslcert, sslkey, target_session_attrs, application_name and pooler
                        """)
            }
        }
        guard hosts.allSatisfy({ !$0.name.isEmpty }) else { throw .invalidURL("needs a host") }
        self.hosts = hosts
    }

    func tls(to host: ServerURL.Host) -> TLS { tls ?? (host.isLocal ? .disable : .verifyFull) }

    var description: String {
        let secret = password.isEmpty ? "" : ":***"
        let authority = hosts.map(\.description).joined(separator: ",")
        return "postgresql://\(user)\(secret)@\(authority)/\(database)"
    }
}
