public import Metrics
public import Tracing

/// Where Redis is, who we are there, and how long and how much to wait.
///
/// The description shows neither user nor password.
public struct RedisConfiguration: Sendable {
    /// Where the servers are.
    public var topology: Topology

    /// How servers are authenticated over TLS, and Sentinels too; `nil` (the default) speaks in the clear.
    public var tls: RedisTLS?

    /// The user and password for the servers that hold the data; `nil` (the default) sends no AUTH.
    public var credentials: RedisCredentials?

    /// The database selected on every connection; 0 by default, and the only one a cluster has.
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

    /// How many connections a client may begin in a second, over all its event loops and servers; 100 by default.
    ///
    /// Those it needs to start are not held up.
    public var maximumConnectRate: Int = 100

    /// Where to report times, commands in flight and connections; `nil` (the default) reports nothing and costs nothing.
    ///
    /// `MetricsSystem.factory` is the one of the process. See <doc:Observing> for what is reported.
    public var metricsFactory: (any MetricsFactory)?

    /// Where to report a span for each command; `nil` (the default) reports none and costs nothing.
    ///
    /// `InstrumentationSystem.tracer` is the one of the process. No span holds a key, an argument or a value.
    public var tracer: (any Tracer)?

    /// Makes a configuration with the defaults of every field.
    ///
    /// - Parameter topology: Where the servers are.
    public init(_ topology: Topology) {
        self.topology = topology
    }

    /// Makes a configuration of a URL.
    ///
    /// These forms are known:
    /// - `redis://[user[:password]@]host[:port][/database]`: one server; the port is 6379 by default.
    /// - `unix://[user:password@]/path[?db=database]`: one server on this machine.
    /// - `redis+sentinel://[user:password@]sentinel[:port],…/name[/database]`: the master that Sentinels know by this
    ///   name; the port is 26379 by default. User and password are the master's; those of the Sentinels are in the
    ///   options `sentinel_username` and `sentinel_password`.
    /// - `redis+cluster://[user:password@]node[:port],…`: a cluster, known by some of its nodes.
    ///
    /// With `rediss` in place of `redis` (`rediss://`, `rediss+sentinel://`, `rediss+cluster://`), everything is over
    /// TLS, with the options `ca_file`, `cert_file`, `key_file` and `server_name`; see ``RedisTLS``. `valkey` and
    /// `valkeys` mean the same as `redis` and `rediss`.
    ///
    /// User, password, path, names and options are percent-decoded; an IPv6 address stands in brackets; a password
    /// without a user (`redis://:secret@host`) is sent alone, as servers before ACLs want it.
    ///
    /// - Parameter url: The URL.
    /// - Throws: ``RedisConfigurationError``, which shows no part of user or password.
    public init(url: String) throws(RedisConfigurationError) {
        let parsed = try RedisURL(url)
        self.init(parsed.topology)
        credentials = parsed.credentials
        database = parsed.database
        tls = parsed.tls
    }
}

extension RedisConfiguration: CustomStringConvertible {
    /// The addresses and the database.
    public var description: String {
        "RedisConfiguration(\(topology), database \(database)\(tls == nil ? "" : ", TLS"))"
    }
}
