/// A master, a replica, and Sentinels that watch them.
public final class SentinelSet: Sendable {
    /// The name by which the Sentinels know the master.
    public static let name = "main"

    /// The two servers; the first one is the master at the start.
    public let servers: [RedisServer]
    /// The Sentinels; two of them must agree.
    public let sentinels: [SentinelServer]

    /// Starts all processes, one after the other.
    ///
    /// - Parameters:
    ///   - arguments: Added to the command line of both servers.
    ///   - settings: Lines added to the configuration of the Sentinels.
    /// - Throws: ``RedisServer/Failure``.
    public init(arguments: [String] = [], settings: [String] = []) throws {
        let common = ["--repl-diskless-sync-delay", "0"] + arguments
        let master = try RedisServer(arguments: common)
        let replica = try RedisServer(arguments: ["--replicaof", "127.0.0.1", "\(master.port)"] + common)
        servers = [master, replica]
        sentinels = try (0..<3).map { _ in
            try SentinelServer(name: Self.name, master: master.port, quorum: 2, settings: settings)
        }
    }

    /// The URL of the set.
    ///
    /// - Parameter name: The name of the master.
    /// - Returns: A URL that names all Sentinels.
    public func url(name: String = SentinelSet.name) -> String {
        "redis+sentinel://\(sentinels.map { "127.0.0.1:\($0.port)" }.joined(separator: ","))/\(name)"
    }

    /// Whether all processes know each other, so that a failover can be begun.
    public var isComplete: Bool {
        sentinels.allSatisfy { sentinel in
            guard let facts = try? sentinel.facts(of: Self.name) else { return false }
            return facts["num-slaves"] == "1" && facts["num-other-sentinels"] == "2" && facts["flags"] == "master"
        }
    }

    /// The server that a Sentinel takes for the master.
    ///
    /// - Parameter sentinel: The number of the Sentinel.
    /// - Returns: One of `servers`; `nil` when the Sentinel does not answer.
    public func master(by sentinel: Int = 0) -> RedisServer? {
        let port = try? sentinels[sentinel].facts(of: Self.name)["port"]
        return servers.first { "\($0.port)" == port }
    }

    /// Ends all processes.
    public func stop() {
        for sentinel in sentinels { sentinel.kill() }
        for server in servers { server.kill() }
    }
}
