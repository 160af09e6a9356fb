/// What a Redis URL says.
///
/// The grammar is in the documentation of ``RedisConfiguration/init(url:)``.
struct RedisURL {
    let topology: RedisConfiguration.Topology
    let credentials: RedisCredentials?
    let database: Int
    let tls: RedisTLS?

    init(_ url: String) throws(RedisConfigurationError) {
        var parts = try RedisURLParts(url)
        credentials = try parts.takeCredentials()
        if parts.scheme == "unix" {
            guard parts.hosts.isEmpty, parts.path.count > 1 else { throw .init(reason: .missingPath) }
            topology = .standalone(.unixSocket(path: try RedisURLParts.decoded(parts.path)))
            database = try RedisURLParts.database(parts.takeOption("db"))
            tls = nil
        } else {
            let (family, kind) = parts.scheme.cut(at: "+") ?? (parts.scheme[...], "")
            tls = try Self.tls(family, &parts)
            switch kind {
            case "" where !parts.scheme.contains("+"):
                guard !parts.hosts.contains(",") else { throw .init(reason: .severalHosts) }
                topology = .standalone(try RedisURLParts.endpoint(parts.hosts, defaultPort: 6_379))
                database = try RedisURLParts.database(parts.path.dropFirst())
            case "sentinel":
                let (name, database) = parts.path.dropFirst().cut(at: "/") ?? (parts.path.dropFirst(), "")
                topology = .sentinel(try Self.sentinels(name, &parts))
                self.database = try RedisURLParts.database(database)
            case "cluster":
                topology = .cluster(seeds: try RedisURLParts.endpoints(parts.hosts, defaultPort: 6_379))
                database = 0
                guard try RedisURLParts.database(parts.path.dropFirst()) == 0 else {
                    throw .init(reason: .databaseInCluster)
                }
            default:
                throw .init(reason: .unknownScheme)
            }
        }
        guard parts.hasNoMoreOptions else { throw .init(reason: .unknownOption) }
    }

    /// Reads the options of TLS, which only the schemes of TLS have.
    private static func tls(
        _ family: Substring, _ parts: inout RedisURLParts
    ) throws(RedisConfigurationError) -> RedisTLS? {
        switch family {
        case "redis", "valkey": return nil
        case "rediss", "valkeys": break
        default: throw .init(reason: .unknownScheme)
        }
        var tls = RedisTLS()
        tls.certificateAuthorityFile = try parts.takeDecodedOption("ca_file")
        tls.certificateChainFile = try parts.takeDecodedOption("cert_file")
        tls.privateKeyFile = try parts.takeDecodedOption("key_file")
        tls.serverName = try parts.takeDecodedOption("server_name")
        guard (tls.certificateChainFile == nil) == (tls.privateKeyFile == nil) else {
            throw .init(reason: .certificateWithoutKey)
        }
        return tls
    }

    private static func sentinels(
        _ name: Substring, _ parts: inout RedisURLParts
    ) throws(RedisConfigurationError) -> RedisSentinels {
        guard !name.isEmpty else { throw .init(reason: .missingMasterName) }
        var sentinels = RedisSentinels(
            addresses: try RedisURLParts.endpoints(parts.hosts, defaultPort: 26_379),
            masterName: try RedisURLParts.decoded(name))
        let username = try parts.takeDecodedOption("sentinel_username")
        if let password = try parts.takeDecodedOption("sentinel_password") {
            sentinels.credentials = RedisCredentials(username: username, password: password)
        } else if username != nil {
            throw .init(reason: .sentinelUserWithoutPassword)
        }
        return sentinels
    }
}
