/// The parts of a `mysql:` URL.
struct MySQLAddress: Sendable, CustomStringConvertible {
    enum TLS: String, Sendable {
        case off
        case require
        case verify
    }

    let user: String
    let password: String
    let host: String
    let port: Int
    let database: String
    private(set) var socket: String?
    private(set) var tls: TLS
    private(set) var certificateAuthority: String?

    /// - Parameter rest: What follows the scheme.
    /// - Throws: ``SQLError`` `.invalidConfiguration`.
    init(_ rest: Substring) throws(SQLError) {
        let url = try ServerURL(rest, defaultPort: 3306)
        guard url.hosts.count == 1, let only = url.hosts.first else { throw .invalidURL("needs one host") }
        user = url.user
        password = url.password
        host = only.name
        port = only.port
        database = url.database
        var choice: TLS?
        for (name, value) in url.options {
            switch name {
            case "socket": socket = value
            case "ca": certificateAuthority = value
            case "tls":
                choice = TLS(rawValue: value)
                if choice == nil { throw .invalidURL("needs off, require or verify for tls") }
            default: throw .unknownOption(name, known: "socket, tls and ca")
            }
        }
        guard !host.isEmpty || socket != nil else { throw .invalidURL("needs a host or a socket") }
        tls = choice ?? (socket != nil || only.isLocal ? .off : .verify)
    }

    var description: String {
        let secret = password.isEmpty ? "" : ":***"
        let address = ServerURL.Host(name: host, port: port)
        return "mysql://\(user)\(secret)@\(address)/\(database)" + (socket.map { "?socket=\($0)" } ?? "")
    }
}
