import FoundationEssentials
import NIOCore
import RedisClient

extension ServiceCheckup {
    /// How far apart two clocks may be before somebody should look.
    private static let clockTolerance: TimeInterval = 2

    func redisFindings(_ redis: RedisClient) async -> [CheckupFinding] {
        do {
            try await redis.connect()
            try await redis.ping()
        } catch {
            return [
                CheckupFinding(
                    "redis", .failed, "REDIS_URL: \(error)",
                    advice: "start Redis, or correct REDIS_URL: host, port, password, TLS")
            ]
        }
        return [await evictionFinding(redis), await clockFinding(redis)]
    }

    /// A Redis that evicts ends sessions early, and loses the index of others.
    private func evictionFinding(_ redis: RedisClient) async -> CheckupFinding {
        guard case .bulk(let bytes)? = try? await redis.send(RedisCommand("INFO", "memory")) else {
            return CheckupFinding("redis", .ok, "answers; this user may not read INFO")
        }
        let policy = String(buffer: bytes).firstMatch(of: /maxmemory_policy:([a-z\-]+)/).map { String($0.1) }
        guard let policy, policy != "noeviction" else { return CheckupFinding("redis", .ok, "answers, evicts nothing") }
        return CheckupFinding(
            "redis", .warning, "maxmemory-policy is \(policy): sessions may end before their time",
            advice: "set maxmemory-policy noeviction, and enough memory")
    }

    private func clockFinding(_ redis: RedisClient) async -> CheckupFinding {
        let before = Date()
        guard case .array(let time)? = try? await redis.send(RedisCommand("TIME")),
            case .bulk(let seconds)? = time.first,
            let shown = TimeInterval(String(buffer: seconds))
        else { return CheckupFinding("clock", .ok, "that of Redis cannot be read") }
        return Self.clockFinding(
            "Redis", ahead: shown - before.timeIntervalSince1970, within: 1 + -before.timeIntervalSinceNow)
    }

    // By how many seconds the clock of `name` is ahead of this machine's, and how finely it was read.
    static func clockFinding(_ name: String, ahead: TimeInterval, within grain: TimeInterval) -> CheckupFinding {
        guard abs(ahead) > clockTolerance + grain else {
            return CheckupFinding("clock", .ok, "agrees with that of \(name)")
        }
        return CheckupFinding(
            "clock", .warning,
            "this machine is \(Int(abs(ahead).rounded())) s \(ahead > 0 ? "behind" : "ahead of") \(name)",
            advice: "let NTP set the clocks: JWTs and what WeChat signed are judged by them")
    }
}
