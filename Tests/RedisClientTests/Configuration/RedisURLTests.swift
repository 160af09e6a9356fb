import RedisClient
import Testing

@Suite struct RedisURLTests {
    struct Good: Sendable {
        let url: String
        let endpoint: RedisConfiguration.Endpoint
        var database = 0
        var credentials: RedisCredentials?
    }

    @Test(arguments: [
        Good(url: "redis://localhost", endpoint: .tcp(host: "localhost", port: 6_379)),
        Good(url: "REDIS://localhost:1/", endpoint: .tcp(host: "localhost", port: 1)),
        Good(url: "valkey://h:65535/15", endpoint: .tcp(host: "h", port: 65_535), database: 15),
        Good(url: "redis://[::1]:7000/2", endpoint: .tcp(host: "::1", port: 7_000), database: 2),
        Good(url: "redis://[fe80::1]", endpoint: .tcp(host: "fe80::1", port: 6_379)),
        Good(url: "redis://:pa55@h", endpoint: .tcp(host: "h", port: 6_379), credentials: .init(password: "pa55")),
        Good(
            url: "redis://us%65r:p%40%3A%2F%E5%AF%86@h:1/3", endpoint: .tcp(host: "h", port: 1), database: 3,
            credentials: .init(username: "user", password: "p@:/密")),
        Good(url: "redis://@h", endpoint: .tcp(host: "h", port: 6_379)),
        Good(url: "unix:///run/redis.sock", endpoint: .unixSocket(path: "/run/redis.sock")),
        Good(
            url: "unix://u:p@/run/a%20b.sock?db=4", endpoint: .unixSocket(path: "/run/a b.sock"), database: 4,
            credentials: .init(username: "u", password: "p")),
    ])
    func `a good URL is understood`(good: Good) throws {
        let configuration = try RedisConfiguration(url: good.url)
        #expect(configuration.endpoint == good.endpoint)
        #expect(configuration.database == good.database)
        #expect(configuration.credentials == good.credentials)
    }

    @Test(arguments: [
        "", "localhost", "localhost:6379", "http://h", "redis:/h", "redis://", "redis://:6379", "redis://h:",
        "redis://h:0",
        "redis://h:65536", "redis://h:-1", "redis://h:+1", "redis://h:x", "redis://h/x", "redis://h/-1",
        "redis://h/1/2",
        "redis://h?timeout=1", "redis://h/0?db=1", "redis://[::1", "redis://[]", "redis://[::1]x", "redis://u:p%4@h",
        "redis://u:%ff@h", "redis://h#x", "unix://", "unix://host/path", "unix:///", "unix:///s?db=x", "unix:///s?x=1",
        "unix:///s?db=", "redis://h/99999999999999999999",
    ])
    func `a bad URL is refused`(url: String) {
        #expect(throws: RedisConfigurationError.self) { try RedisConfiguration(url: url) }
    }

    @Test(arguments: ["rediss://h", "redis+sentinel://h", "redis+cluster://h"])
    func `a known kind of URL that is not served yet says so`(url: String) {
        do throws(RedisConfigurationError) {
            _ = try RedisConfiguration(url: url)
            Issue.record("accepted")
        } catch {
            #expect(error.isNotAvailableYet)
            #expect("\(error)".contains("not available yet"))
        }
    }

    @Test(arguments: [
        "redis://usr:hunter2@h:x", "redis://usr:hunter2@", "http://usr:hunter2@h", "redis://usr:hunter2@h?a=b",
        "usr:hunter2@h",
        "rediss://usr:hunter2@h", "redis://usr:hunter2%@h", "redis://usr:hunter2#@h",
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

    @Test func `a configuration prints without user and password`() throws {
        let configuration = try RedisConfiguration(url: "redis://usr:hunter2@h")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2") && !text.contains("usr"))
        }
    }
}
