import KoaKit
import RedisClient

/// Refuses logins that come too often, before they cost an exchange at WeChat: per address, per user, per mini program.
///
/// All nodes count together, in Redis, but tell it of an eighth of a limit at once, so that few logins wait for it and
/// a flood that is being refused costs it next to nothing. Where Redis is to be told and cannot be, the login fails:
/// it would a step later.
struct LoginRates: Sendable {
    let limits: LoginRateLimits
    private let limiter: RedisRateLimiter
    private let keyspace: SessionKeyspace
    private let refusedUsers = RefusedUsers()

    init(limits: LoginRateLimits, redis: RedisClient, keyspace: SessionKeyspace) {
        self.limits = limits
        self.keyspace = keyspace
        limiter = RedisRateLimiter(redis: redis, prefix: "wechat-login:rate:", outagePolicy: .closed)
    }

    /// Who or what asks too often.
    enum Scope: String {
        case ip
        case user
        case app
    }

    /// What made a login one too many, for the log.
    struct Excess: Error {
        let scope: Scope
    }

    /// Addresses that are not one client's, or not a client's: of this machine and of private networks, where load
    /// balancers and proxies are, those of clouds in the shared range of carriers (RFC 6598) among them.
    private static let uncounted = [
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "::1",
        "fc00::/7", "fe80::/10",
    ].compactMap(IPRange.init)

    /// Counts a login whose user is not known yet.
    ///
    /// The address first, so that what it sends too much of uses up nothing of the mini program's. The user is not
    /// counted by the token that came along, which may be anybody's, but refused by it: its user is over the limit.
    ///
    /// - Throws: ``Failure`` 10008, or 10011 when Redis cannot be asked.
    func admit(_ client: LoginClient, appID: String) async throws(Failure) {
        if let limit = limits.perUser, let presented = client.presented {
            for location in keyspace.locations(of: presented) {
                guard let left = refusedUsers.timeLeft(location.group) else { continue }
                throw .rateLimited(.user, limit, retryAfter: left)
            }
        }
        if let limit = limits.perIP, let address = client.origin.clientAddress,
            let network = IPRange.clientNetwork(of: address), !Self.uncounted.contains(address: address)
        {
            try await count("ip:" + network, .ip, limit)
        }
        if let limit = limits.perApp { try await count("app:" + appID, .app, limit) }
    }

    /// Counts a login of a user.
    ///
    /// - Throws: ``Failure`` 10008, or 10011 when Redis cannot be asked.
    func admit(_ owner: SessionOwner) async throws(Failure) {
        guard let limit = limits.perUser else { return }
        do throws(Failure) {
            try await count("user:\(owner.userID)", .user, limit)
        } catch {
            if let seconds = error.retryAfter {
                for group in keyspace.groups(of: owner) { refusedUsers.refuse(group, for: .seconds(seconds)) }
            }
            throw error
        }
    }

    private func count(_ key: String, _ scope: Scope, _ limit: RedisRateLimiter.Limit) async throws(Failure) {
        let decision: RedisRateLimiter.Decision
        do {
            decision = try await limiter.hit(key, limit: limit, reportingEvery: max(1, limit.burst / 8))
        } catch {
            throw .sessionStoreUnavailable(error)
        }
        guard decision.isAllowed else { throw .rateLimited(scope, limit, retryAfter: decision.retryAfter) }
    }
}

extension Failure {
    /// Too many logins of an address, a user or a mini program.
    fileprivate static func rateLimited(
        _ scope: LoginRates.Scope, _ limit: RedisRateLimiter.Limit, retryAfter: Duration
    ) -> Failure {
        let (whole, rest) = retryAfter.components
        // A client that comes back at once would only be refused again.
        let seconds = max(1, Int(whole) + (rest > 0 ? 1 : 0))
        return Failure(
            code: .rateLimited,
            reason: "rate_limited",
            message: "too many logins, retry in \(seconds) s",
            status: 429,
            retryAfter: seconds,
            rateLimit: limit.hits,
            underlying: LoginRates.Excess(scope: scope)
        )
    }
}
