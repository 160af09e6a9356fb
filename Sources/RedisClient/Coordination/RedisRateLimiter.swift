import NIOCore

/// Limits how often something may happen, counted for all nodes together in Redis.
///
/// ```swift
/// let limiter = RedisRateLimiter(redis: redis, outagePolicy: .closed)
/// let decision = try await limiter.hit("login:203.0.113.7", limit: .init(hits: 10, per: .seconds(60)))
/// guard decision.isAllowed else { throw TooManyRequests(retryAfter: decision.retryAfter) }
/// ```
///
/// The generic cell rate algorithm in one script and one key of a few bytes, by Redis's clock: hits drip in evenly,
/// up to a burst. A rejected hit is not counted. Buckets of this process stand in front, so a flood that is being
/// rejected costs Redis next to nothing.
public struct RedisRateLimiter: Sendable {
    /// What happens while Redis cannot answer.
    public enum OutagePolicy: Hashable, Sendable {
        /// The error of Redis is thrown: for what must not happen uncounted, such as a login.
        case closed
        /// The bucket of this process decides alone: for what should go on, such as a read.
        case open
    }

    private let redis: RedisClient
    private let prefix: String
    private let outagePolicy: OutagePolicy
    private let local: LocalBuckets

    /// Makes a limiter.
    ///
    /// - Parameters:
    ///   - redis: Where the hits are counted.
    ///   - prefix: What the names of its keys begin with; `rate:` by default.
    ///   - outagePolicy: What happens while Redis cannot answer.
    ///   - maximumLocalKeys: How many buckets this process holds, 1 or more; 16,384 by default. More keys than that
    ///     are still counted, in Redis alone.
    public init(
        redis: RedisClient, prefix: String = "rate:", outagePolicy: OutagePolicy, maximumLocalKeys: Int = 16_384
    ) {
        precondition(maximumLocalKeys > 0)
        self.redis = redis
        self.prefix = prefix
        self.outagePolicy = outagePolicy
        local = LocalBuckets(maximumCount: maximumLocalKeys)
    }

    /// Counts a hit, unless it is one too many.
    ///
    /// - Parameters:
    ///   - key: Who hits, and what: hits of one key share a limit, which should not change from hit to hit.
    ///   - limit: How many hits may pass.
    ///   - cost: How many hits this one counts for, 1 (the default) up to the limit's burst.
    ///   - timeout: How long to wait for Redis; the configuration's command timeout by default.
    /// - Returns: Whether it passes, and what is left.
    /// - Throws: ``RedisError`` when Redis cannot answer and the outage policy is closed; `.cancelled` always.
    public func hit(
        _ key: String, limit: Limit, cost: Int = 1, timeout: Duration? = nil
    ) async throws(RedisError) -> Decision {
        precondition((1...limit.burst).contains(cost), "a hit that costs more than the burst could never pass")
        let algorithm = GCRA(limit)
        // The time before asking: this process is then never stricter than Redis, whose clock reads a little later.
        let asked = NIODeadline.now()
        if case .rejected(let retryAfter) = local.check(key, algorithm, cost: cost, at: asked) {
            return .rejectedHere(retryAfter: retryAfter)
        }
        do throws(RedisError) {
            let decision = try await countInRedis(key, algorithm, cost: cost, timeout: timeout)
            if decision.isAllowed {
                local.hit(key, algorithm, cost: cost, at: asked)
            } else if cost == 1 {
                // A dear hit that found no room says nothing of a cheap one.
                local.close(key, for: decision.retryAfter.wholeMicroseconds, at: asked)
            }
            return decision
        } catch {
            guard outagePolicy == .open, error.code != .cancelled else { throw error }
            switch local.hit(key, algorithm, cost: cost, at: asked) {
            case .allowed: return .allowedHere
            case .rejected(let retryAfter): return .rejectedHere(retryAfter: retryAfter)
            }
        }
    }

    /// Counts a hit, unless it is one too many, and tells Redis of so many hits at once.
    ///
    /// Most hits then cost no round trip, and those of a key that is seldom used none at all. In return each process may
    /// let pass up to a batch less one more than the limit, before it hears of the others; and hits that are reported
    /// late count from then on, unless the key was left alone until a full bucket would have been empty.
    ///
    /// - Parameters:
    ///   - key: Who hits, and what: hits of one key share a limit and a batch.
    ///   - limit: How many hits may pass.
    ///   - batch: How many hits are reported together, 1 up to the limit's burst.
    ///   - timeout: How long to wait for Redis; the configuration's command timeout by default.
    /// - Returns: Whether it passes; `remaining` is known only when Redis was told.
    /// - Throws: ``RedisError`` when Redis is to be told, cannot answer and the outage policy is closed; `.cancelled`
    ///   always.
    public func hit(
        _ key: String, limit: Limit, reportingEvery batch: Int, timeout: Duration? = nil
    ) async throws(RedisError) -> Decision {
        precondition((1...limit.burst).contains(batch), "a batch larger than the burst could never be reported")
        let algorithm = GCRA(limit)
        let asked = NIODeadline.now()
        let hits: Int
        switch local.admit(key, algorithm, batch: batch, at: asked) {
        case .rejected(let retryAfter): return .rejectedHere(retryAfter: retryAfter)
        case .allowed: return .allowedHere
        case .due(let due): hits = due
        }
        do throws(RedisError) {
            let decision = try await countInRedis(key, algorithm, cost: hits, timeout: timeout)
            local.settle(key, algorithm, hits: hits, isCounted: decision.isAllowed)
            if !decision.isAllowed {
                local.close(key, for: decision.retryAfter.wholeMicroseconds, at: asked)
            }
            return decision
        } catch {
            // Counted here already: with an open policy that is what decides.
            let isOpen = outagePolicy == .open && error.code != .cancelled
            local.settle(key, algorithm, hits: hits, isCounted: isOpen)
            if isOpen { return .allowedHere }
            throw error
        }
    }

    private func countInRedis(
        _ key: String, _ algorithm: GCRA, cost: Int, timeout: Duration?
    ) async throws(RedisError) -> Decision {
        let reply = try await redis.evaluate(
            Self.script, keys: [prefix + key],
            arguments: [.integer(Int(algorithm.interval)), .integer(Int(algorithm.span)), .integer(cost)],
            timeout: timeout)
        guard case .array(let parts) = reply, parts.count == 2, case .integer(let retryAfter) = parts[0],
            case .integer(let emptyAfter) = parts[1]
        else { throw .unexpectedReply(reply, expected: "decision of the limiter") }
        return Decision(
            isAllowed: retryAfter == 0, remaining: algorithm.remaining(emptyAfter: Int64(emptyAfter)),
            retryAfter: .microseconds(retryAfter), counter: .redis)
    }
}

extension RedisRateLimiter.Decision {
    fileprivate static let allowedHere = Self(isAllowed: true, remaining: 0, retryAfter: .zero, counter: .local)

    fileprivate static func rejectedHere(retryAfter microseconds: Int64) -> Self {
        Self(isAllowed: false, remaining: 0, retryAfter: .microseconds(microseconds), counter: .local)
    }
}

extension Duration {
    fileprivate var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
