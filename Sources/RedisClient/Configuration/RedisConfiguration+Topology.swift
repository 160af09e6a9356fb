extension RedisConfiguration {
    /// Where one server listens.
    public enum Endpoint: Hashable, Sendable {
        /// A host name or address, and a port.
        case tcp(host: String, port: Int)
        /// The path of a socket on this machine.
        case unixSocket(path: String)
    }

    /// How the servers are arranged.
    public enum Topology: Hashable, Sendable {
        /// One server, at a known address.
        case standalone(Endpoint)
        /// A master with replicas, found through Sentinels.
        case sentinel(RedisSentinels)
        /// A cluster, found through any of some of its nodes.
        case cluster(seeds: [Endpoint])
    }
}

extension RedisConfiguration.Endpoint: CustomStringConvertible {
    /// The host and port, or the path.
    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path): path
        }
    }
}

extension RedisConfiguration.Topology: CustomStringConvertible {
    /// The addresses, and the name of the master, if it has one.
    public var description: String {
        switch self {
        case .standalone(let endpoint): "\(endpoint)"
        case .sentinel(let sentinels): "\(sentinels.masterName) by Sentinels \(Self.list(sentinels.addresses))"
        case .cluster(let seeds): "cluster \(Self.list(seeds))"
        }
    }

    private static func list(_ endpoints: [RedisConfiguration.Endpoint]) -> String {
        endpoints.map(\.description).joined(separator: ", ")
    }
}
