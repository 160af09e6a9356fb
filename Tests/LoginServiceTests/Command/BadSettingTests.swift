import ProcessFixture
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct BadSettingTests {
    static let good = [
        "WECHAT_APPID": "wx1", "WECHAT_SECRET": "s3cr3t-value", "WECHAT_BASE_URL": "http://127.0.0.1:1",
        "WECHAT_ALLOW_INSECURE": "true", "PORT": "0", "SECRET_KEY": Backends.secretKey,
        "REDIS_URL": "redis://127.0.0.1:1",
    ]

    private static let secrets = ["s3cr3t", "hunter2", Backends.secretKey, "c2hvcnQ="]

    private static let bad: [(setting: Setting, values: [String?])] = [
        (.host, ["not an address", "256.0.0.1", ""]),
        (.port, ["", "x", "-1", "65536", "1.5", "0x10", "99999999999999999999"]),
        (.adminHost, ["0.0.0.0", "::", "", "127.0.0.1.example.com"]),
        (.adminPort, ["", "x", "-1", "65536", "on"]),
        (.adminToken, ["", "s3cr3t hunter2", "s3cr3t\u{e9}"]),
        (.metrics, ["", "off", "FULL"]),
        (.docs, ["", "true", "OFF"]),
        (.workers, ["0", "257", "-1", "many", ""]), (.maximumRequests, ["0", "-1", "1000001", "many", "on"]),
        (.weChatAppID, [nil, "", "a b"]),
        (.weChatSecret, [nil, "", "a b", "a\tb"]),
        (.weChatPushToken, ["", "ab", "to-ken", String(repeating: "a", count: 33)]),
        (.weChatPushAESKey, ["", "short", String(repeating: "A", count: 43)]),
        (.weChatApps, ["", "wx2", "wx2:", ":s3cr3t", "wx2:s3cr3t,", "wx2:s3cr3t,wx2:s3cr3t-2", "wx2:s3cr3t"]),
        (.weChatBaseURL, ["", "x", "ftp://a", "http://example.com", "https://", "https://a?b=c", "//a"]),
        (.weChatAllowInsecure, ["", "yes", "1", "TRUE"]),
        (
            .redisURL,
            ["", "x", "http://a", "redis://", "redis://h:x", "redis://h/x", "redis+cluster://", "redis+sentinel://a"]
        ),
        (.databaseURL, ["", "x", "postgres://a/b", "sqlite:", "mysql://h", "mysql://u:hunter2@h/", "oracle:x"]),
        (.migrateAtStart, ["", "1", "yes"]),
        (.phoneSelfAsserted, ["", "on", "True"]),
        (.loginRatePerIP, ["", "60", "0/m", "60/", "60/w", "-1/m", "1000001/s", "60/2d", "1.5/m", "٣/m"]),
        (.loginRatePerUser, ["", "on", "60/0m"]),
        (.loginRatePerApp, ["", "m/60", "60 / m"]),
        (.trustedProxies, ["", "all", "10.0.0.0/33", "10.0.0.1,", "proxy.example.com", "*"]),
        (.stepUp, ["", "on", "0", "-1s", "25h"]),
        (.sessionTTL, ["", "x", "0", "-1s", "1.5h", "367d", "7w", "d", "٣d"]),
        (.redisSessionPrefix, ["{", "a}b", "{}:", "{a}{b}:"]),
        (.sessionIdleTTL, ["", "on", "0", "-1s", "367d"]),
        (.sessionLimit, ["", "0", "1001", "none"]),
        (.sessionLimitPolicy, ["", "newest", "OLDEST"]),
        (.tokenStyle, ["", "jwt", "MD5"]),
        (.secretKey, ["", "x", "c2hvcnQ=", Backends.secretKey + ",", Backends.secretKey + ",c2hvcnQ="]),
        (.envelopeStatus, ["", "real", "HTTP"]),
        (.seedRoutes, ["all", "credit,nope"]),
        (.nearCache, ["", "0", "-1", "on", "10000001", "1.5"]),
        (.shutdownDelay, ["61s", "-1", "x", "1m1s"]),
        (.logLevel, ["", "verbose", "INFO"]),
        (.logFormat, ["", "xml"]),
    ]

    @Test func `the table has every setting that has a wrong value`() {
        #expect(Set(Self.bad.map(\.setting)) == Set(Setting.allCases))
    }

    @Test func `every bad value is refused in one line that names its setting`() async throws {
        for (setting, values) in Self.bad where setting != .host {
            for value in values {
                var environment = Self.good
                environment[setting.rawValue] = value
                let comment: Comment = "\(setting.rawValue)=\(value ?? "nil")"
                let error = await #expect(throws: ConfigurationError.self, comment) {
                    try await ServiceConfiguration(environment: environment)
                }
                let line = error?.description ?? ""
                #expect(line.contains(setting.rawValue) && !line.contains(where: \.isNewline), comment)
                for secret in Self.secrets { #expect(!line.contains(secret), comment) }
            }
        }
    }

    @Test(arguments: bad.map(\.setting))
    func `a bad value is one line that names its setting, before anything listens`(_ setting: Setting) async throws {
        try await withTemporaryDirectory { directory in
            // The other values are tried in process, which costs less.
            for value in try #require(Self.bad.first { $0.setting == setting }).values.prefix(setting == .host ? 3 : 1)
            {
                var environment = Self.good
                environment["DATABASE_URL"] = "sqlite:\(directory)/users.sqlite3"
                environment["LOG_FORMAT"] = "json"
                environment["LOG_LEVEL"] = "critical"
                environment[setting.rawValue] = value
                let run = try await runCommand(["serve"], environment: environment)
                let comment: Comment = "\(setting.rawValue)=\(value ?? "nil"): \(run)"
                #expect(run.end != .exit(0), comment)
                #expect(run.output.split(whereSeparator: \.isNewline).count == 1, comment)
                #expect(run.output.contains(setting.rawValue), comment)
                #expect(!run.output.contains("listening\""), comment)
                for secret in Self.secrets { #expect(!run.output.contains(secret), comment) }
            }
        }
    }

    @Test func `a key is required where WeChat is real`() async throws {
        let environment = ["WECHAT_APPID": "wx1", "WECHAT_SECRET": "s3cr3t-value", "PORT": "0"]
        let run = try await runCommand(["serve"], environment: environment)
        #expect(run.end != .exit(0))
        #expect(run.output.contains("SECRET_KEY") && !run.output.contains("s3cr3t"))
    }

    @Test(arguments: ["/proc/users.sqlite3", "/dev/null/users.sqlite3", "/etc/passwd"])
    func `a database that cannot be used is one line that names the setting`(_ path: String) async throws {
        var environment = Self.good
        environment["DATABASE_URL"] = "sqlite:\(path)"
        environment["LOG_LEVEL"] = "critical"
        let run = try await runCommand(["serve"], environment: environment)
        #expect(run.end != .exit(0))
        #expect(run.output.split(whereSeparator: \.isNewline).count == 1, "\(run.output)")
        #expect(run.output.contains("DATABASE_URL"), "\(run.output)")
    }

    @Test func `a port that is taken is one line that names the setting`() async throws {
        try await withBackends { backends in
            try await withServe(on: backends) { node in
                let settings = ["PORT": "\(node.port)", "LOG_LEVEL": "critical"]
                let run = try await runCommand(["serve"], environment: backends.environment.merging(settings) { $1 })
                #expect(run.end != .exit(0))
                #expect(run.output.split(whereSeparator: \.isNewline).count == 1, "\(run.output)")
                #expect(run.output.contains("PORT"), "\(run.output)")
            }
        }
    }

    @Test func `help names every setting and exits 0`() async throws {
        for arguments in [["serve", "--help"], ["help", "serve"]] {
            let run = try await runCommand(arguments)
            #expect(run.end == .exit(0))
            for setting in Setting.allCases {
                #expect(run.output.contains(setting.rawValue), "\(setting)")
                let flag = "--" + setting.rawValue.lowercased().replacing("_", with: "-")
                #expect(run.output.contains(flag + " "), "\(flag)")
            }
        }
        for arguments in [["--help"], ["sandbox", "--help"]] {
            let run = try await runCommand(arguments)
            #expect(run.end == .exit(0) && run.output.contains("sandbox"))
        }
    }

    @Test(arguments: [["serve", "--nope"], ["nope"], ["serve", "--port"], ["sandbox", "--port", "x"]])
    func `a wrong command line is refused`(_ arguments: [String]) async throws {
        let run = try await runCommand(arguments)
        #expect(run.end == .exit(64))
    }
}
