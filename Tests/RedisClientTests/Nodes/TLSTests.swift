import NIOCore
import ProcessFixture
import RedisServerFixture
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1)), .enabled(if: TestCertificates.isAvailable, "openssl not found")) struct TLSTests {
    /// What a client meets: certificates, and a server on a port of TLS and one without.
    struct Meeting {
        let certificates: TestCertificates
        let server: RedisServer
        let port: Int

        func url(_ host: String = "localhost", options: String = "") -> String {
            "rediss://\(host):\(port)?ca_file=\(certificates.authority)\(options)"
        }
    }

    private func meet(
        _ subject: String = "DNS:localhost,IP:127.0.0.1", days: Int = 2, arguments: [String] = [],
        _ body: (Meeting) async throws -> Void
    ) async throws {
        let certificates = try TestCertificates()
        let port = try freePort()
        let tls = ["--tls-port", "\(port)"] + (try certificates.serverArguments(for: subject, days: days))
        try await withRedisServer(arguments: tls + arguments) { server in
            try await body(Meeting(certificates: certificates, server: server, port: port))
        }
    }

    private func connectError(_ url: String, settings: [Setting] = []) async throws -> RedisError? {
        try await withClient(url, loops: 1, settings: settings) { redis, _ async throws in
            await failure { () async throws(RedisError) in try await redis.connect() }
        }
    }

    /// Refused while connecting, for a reason that TLS gave.
    private func expectRefusal(_ url: String) async throws {
        let error = try await connectError(url)
        #expect(error?.code == .connectFailed)
        #expect(error?.underlying != nil)
        #expect(error?.wasSent == false)
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `commands pass over TLS, to a name and to an address`(host: String) async throws {
        try await meet { meeting in
            try await withClient(meeting.url(host)) { redis, _ async throws in
                let value = String(repeating: "v", count: 300_000)
                try await redis.set("k", to: value)
                #expect(try await redis.get("k") == ByteBuffer(string: value))
            }
        }
    }

    @Test func `a server that asks for a certificate is shown ours`() async throws {
        try await meet(arguments: ["--tls-auth-clients", "yes"]) { meeting in
            let issued = try meeting.certificates.issue("client", for: "DNS:client")
            let url = meeting.url(options: "&cert_file=\(issued.certificate)&key_file=\(issued.key)")
            try await withClient(url) { redis, _ async throws in try await redis.ping() }
            try await expectRefusal(meeting.url())
        }
    }

    @Test func `Sentinels and their master are spoken to over TLS`() async throws {
        try await meet { meeting in
            let issued = try meeting.certificates.issue("sentinel", for: "IP:127.0.0.1")
            let port = try freePort()
            let sentinel = try SentinelServer(
                name: "main", master: meeting.port, quorum: 1,
                settings: [
                    "tls-port \(port)", "tls-cert-file \(issued.certificate)", "tls-key-file \(issued.key)",
                    "tls-ca-cert-file \(meeting.certificates.authority)", "tls-auth-clients no", "tls-replication yes",
                ])
            defer { sentinel.kill() }
            let options = "?ca_file=\(meeting.certificates.authority)"
            try await withClient("rediss+sentinel://127.0.0.1:\(port)/main\(options)") { redis, _ async throws in
                #expect(try await redis.set("k", to: "v"))
            }
            let error = try await connectError("rediss+sentinel://127.0.0.1:\(port)/main")
            #expect(error?.detail == .noSentinel)
        }
    }

    @Test func `a cluster is spoken to over TLS, every node of it`() async throws {
        try await withRedisCluster(certificates: TestCertificates()) { cluster in
            try await withClient(cluster.url) { redis, _ async throws in
                for number in 0..<100 { try await redis.set("k\(number)", to: "v\(number)") }
                for number in 0..<100 { #expect(try await redis.get("k\(number)") == ByteBuffer(string: "v\(number)")) }
            }
            for node in cluster.primaries { #expect(try node.ask("DBSIZE") != .number(0)) }
            let error = try await connectError(cluster.url.replacing(/\?.*/, with: ""))
            #expect(error?.code == .connectFailed)
        }
    }

    @Test func `a certificate of another authority is refused`() async throws {
        try await meet { meeting in
            let other = try TestCertificates()
            try await expectRefusal("rediss://localhost:\(meeting.port)?ca_file=\(other.authority)")
            // Those of the system do not know it either.
            try await expectRefusal("rediss://localhost:\(meeting.port)")
        }
    }

    @Test func `a certificate for another name is refused, unless that name is asked for`() async throws {
        try await meet("DNS:redis.internal") { meeting in
            try await expectRefusal(meeting.url())
            try await expectRefusal(meeting.url("127.0.0.1"))
            try await expectRefusal(meeting.url(options: "&server_name=other.internal"))
            let url = meeting.url("127.0.0.1", options: "&server_name=redis.internal")
            try await withClient(url) { redis, _ async throws in try await redis.ping() }
        }
    }

    @Test func `a certificate for another address is refused`() async throws {
        try await meet("IP:127.0.0.2") { meeting in try await expectRefusal(meeting.url("127.0.0.1")) }
    }

    @Test func `an expired certificate is refused`() async throws {
        try await meet(days: -1) { meeting in try await expectRefusal(meeting.url()) }
    }

    @Test func `a server that speaks no TLS is a connect error`() async throws {
        try await meet { meeting in
            let url = "rediss://localhost:\(meeting.server.port)?ca_file=\(meeting.certificates.authority)"
            let error = try await connectError(url, settings: [.set(\.connectTimeout, .milliseconds(300))])
            #expect(error?.code == .connectFailed)
        }
    }

    @Test func `a server that speaks TLS only is a connect error without it`() async throws {
        try await meet { meeting in
            let error = try await connectError("redis://localhost:\(meeting.port)")
            #expect(error?.code == .connectFailed)
        }
    }

    @Test func `certificates that are renewed while the client runs serve its next connections`() async throws {
        try await meet { meeting in
            let renewed = try TestCertificates()
            let file = try renewed.copy(of: renewed.authority, as: "trusted.pem")
            let url = "rediss://localhost:\(meeting.port)?ca_file=\(file)"
            try await withClient(url, loops: 1) { redis, _ async throws in
                let error = await failure { () async throws(RedisError) in try await redis.connect() }
                #expect(error?.code == .connectFailed)
                _ = try renewed.copy(of: meeting.certificates.authority, as: "trusted.pem")
                try await untilAnswered(redis)
            }
        }
    }

    @Test func `files that cannot be used are a connect error that says so`() async throws {
        let certificates = try TestCertificates()
        for options in [
            "ca_file=/nowhere", "ca_file=/dev/null",
            "ca_file=\(certificates.authority)&cert_file=/nowhere&key_file=/nowhere",
        ] {
            let error = try await connectError("rediss://localhost?\(options)")
            #expect(error?.code == .connectFailed)
            #expect(error?.detail == .unusableCertificates)
        }
    }
}
