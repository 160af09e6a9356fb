import Foundation
import NIOCore
import NIOPosix
import RedisServerFixture
import Testing

@testable import RedisClient

/// Failovers of real servers.
@Suite(.timeLimit(.minutes(2))) struct SentinelTests {
    /// The times that a failover is measured with.
    private var settings: [Setting] {
        [
            .set(\.commandTimeout, .milliseconds(500)), .set(\.connectTimeout, .seconds(1)), .set(\.clientName, "load"),
        ]
    }

    private func withSentinels(
        arguments: [String] = [], sentinelSettings: [String] = [], _ body: (SentinelSet) async throws -> Void
    ) async throws {
        let set = try SentinelSet(arguments: arguments, settings: sentinelSettings)
        defer { set.stop() }
        try await body(set)
    }

    struct NotARole: Error {}

    enum Loss: CaseIterable, Sendable {
        /// The old master lives on as a replica.
        case failover
        case kill
        /// The old master takes connections and says nothing.
        case pause
    }

    @Test(arguments: Loss.allCases)
    func `the new master serves after a failover, and no reply meets another caller`(loss: Loss) async throws {
        try await withSentinels { set async throws in
            try await until("the Sentinels know each other") { set.isComplete }
            try await withClient(set.url(), settings: settings) { redis, group async throws in
                try await redis.connect()
                let load = FailoverLoad(redis)
                try await load.run(on: group) {
                    try await load.untilAnswered()
                    switch loss {
                    case .failover: try set.sentinels[1].ask("SENTINEL", "FAILOVER", SentinelSet.name)
                    case .kill: set.servers[0].kill()
                    case .pause: set.servers[0].pause()
                    }
                    try await until("a new master") { set.master(by: 1)?.port == set.servers[1].port }
                    let start = ContinuousClock.now
                    // Both loops; the old master may live on, and would serve them if they stayed.
                    try await until("connections to the new master") {
                        let clients = try set.servers[1].ask("CLIENT", "LIST").string
                        return clients.components(separatedBy: "name=load").count == 3
                    }
                    try await load.untilAnswered()
                    print("\(loss): served \(ContinuousClock.now - start) after the Sentinels knew")
                }
                let record = load.record
                print("\(loss): \(record.longestGap) without an answer, \(record.answers) answers, \(record.errors)")
                #expect(record.wrongAnswers == 0)
                // Detection and election take the Sentinels some seconds of it.
                #expect(record.longestGap < .seconds(15))
                set.servers[0].resume()
                try await until("a connection of every loop") { (try? await redis.connect()) != nil }
                guard case .array(let role) = try await redis.send(RedisCommand("ROLE")) else { throw NotARole() }
                #expect(role.first?.text == "master")
            }
        }
    }

    @Test func `any Sentinel that is left will do, and without one the error says so`() async throws {
        try await withSentinels { set async throws in
            set.sentinels[0].kill()
            try await withClient(set.url()) { redis, _ async throws in
                try await redis.connect()
                try await redis.set("k", to: "v")
                set.sentinels[1].kill()
                set.sentinels[2].kill()
                // The connection that is there needs none.
                #expect(try await redis.get("k") == ByteBuffer(string: "v"))
            }
            let error = try await connectError(set.url())
            #expect(error?.code == .connectFailed)
            #expect(error?.detail == .noSentinel)
            #expect("\(String(describing: error))".contains("no Sentinel answered"))
        }
    }

    @Test func `a wrong name is told apart`() async throws {
        try await withSentinels { set async throws in
            let error = try await connectError(set.url(name: "other"))
            #expect(error?.code == .connectFailed)
            #expect(error?.detail == .unknownMaster)
        }
    }

    @Test func `Sentinels and master have passwords of their own`() async throws {
        let sentinelSettings = ["requirepass watcher2", "sentinel auth-pass \(SentinelSet.name) hunter2"]
        try await withSentinels(
            arguments: ["--requirepass", "hunter2", "--masterauth", "hunter2"], sentinelSettings: sentinelSettings
        ) { set async throws in
            let url = set.url().replacing("://", with: "://:hunter2@")
            try await withClient("\(url)?sentinel_password=watcher2") { redis, _ async throws in
                try await redis.ping()
            }
            for options in ["", "?sentinel_password=other2"] {
                let error = try await connectError(url + options)
                #expect(error?.code == .authenticationFailed)
                #expect(!"\(String(describing: error))".contains("2"))
            }
        }
    }

    private func connectError(_ url: String) async throws -> RedisError? {
        try await withClient(url, loops: 1) { redis, _ async throws in
            await failure { () async throws(RedisError) in try await redis.connect() }
        }
    }
}
