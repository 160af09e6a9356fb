/// Where Redis is, who we are there, and how long and how much to wait.
///
/// The description shows neither user nor password.
public struct RedisConfiguration: Sendable {
    /// Where the server listens.
    public enum Endpoint: Hashable, Sendable {
        /// A host name or address, and a port.
        case tcp(host: String, port: Int)
        /// The path of a socket on this machine.
        case unixSocket(path: String)
    }

    /// Where the server listens.
    public var endpoint: Endpoint

    /// The user and password; `nil` (the default) sends no AUTH.
    public var credentials: RedisCredentials?

    /// The database selected on every connection; 0 by default.
    public var database: Int = 0

    /// The name shown by `CLIENT LIST`, without spaces; `nil` (the default) sets none.
    public var clientName: String?

    /// How long making a connection may take, from name lookup to the last handshake reply; 1 s by default.
    public var connectTimeout: Duration = .seconds(1)

    /// How long a command may take, from the call to its reply; 500 ms by default.
    ///
    /// A connection whose oldest reply is late by this much again is closed.
    public var commandTimeout: Duration = .milliseconds(500)

    /// How long a connection may be idle before it is checked with a PING; 2 s by default.
    public var healthCheckInterval: Duration = .seconds(2)

    /// How many commands may wait for replies on one connection; 2048 by default.
    ///
    /// One more fails at once with ``RedisError/Code/overloaded``.
    public var maximumInFlight: Int = 2_048

    /// How many bytes may wait to be written on one connection; 8 MiB by default.
    ///
    /// The socket's own buffer in NIO may hold as much again.
    public var maximumPendingBytes: Int = 8 * 1_024 * 1_024

    /// How large a reply may be; 16 MiB by default.
    ///
    /// A larger one ends its connection.
    public var maximumReplyBytes: Int = 16 * 1_024 * 1_024

    /// The bound of the first pause before a reconnect, doubled for each failure; 50 ms by default.
    ///
    /// The pause itself is random between zero and the bound, so that many nodes do not come back at once.
    public var backoffBase: Duration = .milliseconds(50)

    /// The largest bound of a pause before a reconnect; 2 s by default.
    public var backoffCap: Duration = .seconds(2)

    /// How long a connection must have lived for the next pause to start at ``backoffBase`` again; 10 s by default.
    public var backoffResetAfter: Duration = .seconds(10)

    /// Makes a configuration with the defaults of every field.
    ///
    /// - Parameter endpoint: Where the server listens.
    public init(endpoint: Endpoint) {
        self.endpoint = endpoint
    }

    /// Makes a configuration of a URL.
    ///
    /// Two forms are known: `redis://[user[:password]@]host[:port][/database]` and
    /// `unix://[user:password@]/path[?db=database]`. User, password and path are percent-decoded; an IPv6 address
    /// stands in brackets; a password without a user (`redis://:secret@host`) is sent alone, as servers before ACLs
    /// want it. `valkey://` is the same as `redis://`.
    ///
    /// - Parameter url: The URL.
    /// - Throws: ``RedisConfigurationError``, which shows no part of user or password.
    public init(url: String) throws(RedisConfigurationError) {
        let parsed = try RedisURL(url)
        self.init(endpoint: parsed.endpoint)
        credentials = parsed.credentials
        database = parsed.database
    }
}

extension RedisConfiguration: CustomStringConvertible {
    /// The endpoint and the database.
    public var description: String {
        switch endpoint {
        case .tcp(let host, let port): "RedisConfiguration(\(host):\(port), database \(database))"
        case .unixSocket(let path): "RedisConfiguration(\(path), database \(database))"
        }
    }
}
