public import CoreMetrics
public import Logging

/// The limits of a database's pool.
public struct DatabaseConfiguration: Sendable {
    /// The number of connections, 1...64, each with a thread of its own; default 4.
    ///
    /// SQLite uses one to write and the others to read, at least one. Nodes × connections must stay below the
    /// server's limit.
    public var maximumConnections = 4

    /// How many calls may wait for a connection at once; more fail at once with `.overloaded`; default 256.
    public var maximumWaiting = 256

    /// How long a call waits for a connection before it fails with `.overloaded`; default 1 s.
    public var maximumWait: Duration = .seconds(1)

    /// The deadline of calls that name none, waiting included; default 5 s.
    public var deadline: Duration = .seconds(5)

    /// How long a statement waits for a lock held by others before it fails with `.busy`; default 2 s.
    ///
    /// MySQL counts in whole seconds, at least one.
    public var lockTimeout: Duration = .seconds(2)

    /// How long connecting to a server may take; whole seconds; default 2 s.
    public var connectTimeout: Duration = .seconds(2)

    /// How long a server may stay silent during a statement; whole seconds; default 5 s.
    ///
    /// The deadline usually ends the wait first. A call with a longer deadline gets a connection that is as patient.
    public var serverSilence: Duration = .seconds(5)

    /// A connection to a server that rested longer is validated before it is used; default 1 s.
    public var restBeforeValidation: Duration = .seconds(1)

    /// A connection to a server is replaced at this age, less up to a tenth at random; default 30 min.
    public var maximumLifetime: Duration = .seconds(1800)

    /// How many prepared statements each connection keeps, 1...1024; default 64.
    public var statementCacheCapacity = 64

    /// A connection that one call keeps longer is reported to the logger, and again whenever the time has doubled;
    /// default 10 s.
    public var heldTooLong: Duration = .seconds(10)

    /// Makes the metrics; nil for the factory of `MetricsSystem`, as it is when the database is made; default nil.
    ///
    /// They are `db.client.connection.wait_time`, `db.client.connection.used`, `db.client.operation.duration` by
    /// ``SQLText/name``, and `db.client.operation.errors` by ``SQLError/kind``.
    public var metricsFactory: (any MetricsFactory)?

    /// Receives what happens to connections, at `debug`, and which are held too long, at `warning`.
    ///
    /// No entry holds a statement's text or a parameter.
    public var logger = Logger(label: "RelationalStore", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Makes a configuration with the defaults.
    public init() {}

    func validate() throws(SQLError) {
        func require(_ condition: Bool, _ message: String) throws(SQLError) {
            if !condition { throw SQLError(.invalidConfiguration, message: message) }
        }
        try require((1...64).contains(maximumConnections), "maximumConnections must be 1...64")
        try require(maximumWaiting >= 0, "maximumWaiting must not be negative")
        try require((1...1024).contains(statementCacheCapacity), "statementCacheCapacity must be 1...1024")
        let durations = [
            maximumWait, deadline, lockTimeout, connectTimeout, serverSilence, maximumLifetime, heldTooLong,
        ]
        for duration in durations {
            try require(duration > .zero && duration <= .seconds(86_400), "durations must be 0...1 day, not 0")
        }
    }
}
