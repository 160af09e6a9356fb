import RedisClient
import Testing

@Suite struct RedisURLTests {
    struct Good: Sendable {
        let url: String
        let topology: RedisConfiguration.Topology
        var database = 0
        var credentials: RedisCredentials?
        var tls: RedisTLS?

        init(
            _ url: String, _ topology: RedisConfiguration.Topology, database: Int = 0,
            credentials: RedisCredentials? = nil, tls: RedisTLS? = nil
        ) {
            self.url = url
            self.topology = topology
            self.database = database
            self.credentials = credentials
            self.tls = tls
        }

        /// One server.
        init(
            _ url: String, _ endpoint: RedisConfiguration.Endpoint, database: Int = 0,
            credentials: RedisCredentials? = nil, tls: RedisTLS? = nil
        ) {
            self.init(url, .standalone(endpoint), database: database, credentials: credentials, tls: tls)
        }
    }

    private func check(_ good: Good) throws {
        let configuration = try RedisConfiguration(url: good.url)
        #expect(configuration.topology == good.topology)
        #expect(configuration.database == good.database)
        #expect(configuration.credentials == good.credentials)
        #expect(configuration.tls == good.tls)
    }

    @Test(arguments: [
        Good("redis://localhost", .tcp(host: "localhost", port: 6_379)),
        Good("REDIS://localhost:1/", .tcp(host: "localhost", port: 1)),
        Good("valkey://h:65535/15", .tcp(host: "h", port: 65_535), database: 15),
        Good("redis://[::1]:7000/2", .tcp(host: "::1", port: 7_000), database: 2),
        Good("redis://[fe80::1]", .tcp(host: "fe80::1", port: 6_379)),
        Good("redis://:pa55@h", .tcp(host: "h", port: 6_379), credentials: .init(password: "pa55")),
        Good(
            "redis://us%65r:p%40%3A%2F%E5%AF%86@h:1/3", .tcp(host: "h", port: 1), database: 3,
            credentials: .init(username: "user", password: "p@:/密")),
        Good("redis://@h", .tcp(host: "h", port: 6_379)),
        Good("redis://:@h", .tcp(host: "h", port: 6_379)),
        Good("unix:///run/redis.sock", .unixSocket(path: "/run/redis.sock")),
        Good(
            "unix://u:p@/run/a%20b.sock?db=4", .unixSocket(path: "/run/a b.sock"), database: 4,
            credentials: .init(username: "u", password: "p")),
    ])
    func `the URL of one server is understood`(good: Good) throws { try check(good) }

    private static func tls(_ change: (inout RedisTLS) -> Void) -> RedisTLS {
        var tls = RedisTLS()
        change(&tls)
        return tls
    }

    @Test(arguments: [
        Good("rediss://h", .tcp(host: "h", port: 6_379), tls: RedisTLS()),
        Good("valkeys://h:7/1", .tcp(host: "h", port: 7), database: 1, tls: RedisTLS()),
        Good(
            "rediss://h?ca_file=/etc/ca%20x.pem&server_name=redis.internal", .tcp(host: "h", port: 6_379),
            tls: tls {
                $0.certificateAuthorityFile = "/etc/ca x.pem"
                $0.serverName = "redis.internal"
            }),
        Good(
            "rediss+cluster://h?key_file=k&cert_file=c", .cluster(seeds: [.tcp(host: "h", port: 6_379)]),
            tls: tls {
                $0.certificateChainFile = "c"
                $0.privateKeyFile = "k"
            }),
    ])
    func `a URL of TLS is understood`(good: Good) throws { try check(good) }

    private static func sentinels(
        _ hosts: [(String, Int)], name: String, credentials: RedisCredentials? = nil
    ) -> RedisConfiguration.Topology {
        var sentinels = RedisSentinels(addresses: hosts.map { .tcp(host: $0, port: $1) }, masterName: name)
        sentinels.credentials = credentials
        return .sentinel(sentinels)
    }

    @Test(arguments: [
        Good("redis+sentinel://h1,h2/main", sentinels([("h1", 26_379), ("h2", 26_379)], name: "main")),
        Good(
            "redis+sentinel://u:p@h1:1,[::1]:2,[::2]/my%20main/3",
            sentinels([("h1", 1), ("::1", 2), ("::2", 26_379)], name: "my main"), database: 3,
            credentials: .init(username: "u", password: "p")),
        Good(
            "valkey+sentinel://h/m?sentinel_username=w&sentinel_password=a%26b",
            sentinels([("h", 26_379)], name: "m", credentials: .init(username: "w", password: "a&b"))),
        Good("rediss+sentinel://h/m", sentinels([("h", 26_379)], name: "m"), tls: RedisTLS()),
        Good(
            "redis+cluster://:p@h1,h2:7001",
            .cluster(seeds: [.tcp(host: "h1", port: 6_379), .tcp(host: "h2", port: 7_001)]),
            credentials: .init(password: "p")),
        Good("redis+cluster://h/0", .cluster(seeds: [.tcp(host: "h", port: 6_379)])),
    ])
    func `a URL of many servers is understood`(good: Good) throws { try check(good) }

    @Test(arguments: [
        "", "localhost", "localhost:6379", "http://h", "redis:/h", "redis://", "redis://:6379", "redis://h:",
        "redis://h:0",
        "redis://h:65536", "redis://h:-1", "redis://h:+1", "redis://h:x", "redis://h/x", "redis://h/-1",
        "redis://h/1/2",
        "redis://h?timeout=1", "redis://h/0?db=1", "redis://[::1", "redis://[]", "redis://[::1]x", "redis://u:p%4@h",
        "redis://u:%ff@h", "redis://h#x", "unix://", "unix://host/path", "unix:///", "unix:///s?db=x", "unix:///s?x=1",
        "unix:///s?db=", "redis://h/99999999999999999999", "redis://h1,h2", "redis+://h", "redis+ring://h",
        "redis+sentinel://h", "redis+sentinel://h/", "redis+sentinel://h,/m", "redis+sentinel://h/m/x",
        "redis+sentinel://h/m?sentinel_username=u", "redis+sentinel://h/m?sentinel_password=",
        "redis+cluster://", "redis+cluster://h/1", "redis+cluster://,h", "redis://h?ca_file=/c",
        "rediss://h?cert_file=/c", "rediss://h?insecure=true", "rediss://h?ca_file=a&ca_file=b", "rediss://h?ca_file",
        "unix+sentinel:///s", "http+cluster://h",
    ])
    func `a bad URL is refused`(url: String) {
        #expect(throws: RedisConfigurationError.self) { try RedisConfiguration(url: url) }
    }

    @Test(arguments: [
        "redis://usr:hunter2@h:x", "redis://usr:hunter2@", "http://usr:hunter2@h", "redis://usr:hunter2@h?a=b",
        "usr:hunter2@h",
        "rediss://usr:hunter2@h?cert_file=hunter2", "redis+sentinel://usr:x@h/m?sentinel_password=hunter2&a=b",
        "redis://usr:hunter2%@h", "redis://usr:hunter2#@h",
    ])
    func `no error repeats user or password`(url: String) {
        do throws(RedisConfigurationError) {
            _ = try RedisConfiguration(url: url)
            Issue.record("accepted")
        } catch {
            var dumped = ""
            dump(error, to: &dumped)
            for text in ["\(error)", String(reflecting: error), dumped] {
                #expect(!text.contains("hunter2") && !text.contains("usr"))
            }
        }
    }

    @Test(arguments: [
        "redis://usr:hunter2@h", "redis+sentinel://h/m?sentinel_username=usr&sentinel_password=hunter2",
    ])
    func `a configuration prints without user and password`(url: String) throws {
        let configuration = try RedisConfiguration(url: url)
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2") && !text.contains("usr"))
        }
    }
}
