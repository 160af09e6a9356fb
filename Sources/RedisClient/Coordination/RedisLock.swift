import NIOCore

/// A lock that one of all nodes holds for a limited time, with a number that tells an old holder from a new one.
///
/// A holder that stalled may go on after its time is over, while another holds the lock: no lock with a time limit
/// can prevent that. So each ``Lease`` carries a fencing number, larger than those of all leases before. Let what
/// the lock protects refuse a number below the largest it has seen, as ``SharedValue`` does.
///
/// It stands on one primary. After a failover that lost the last writes, two may hold it; the fence still orders them
/// unless its own increment was lost.
///
/// ```swift
/// let lock = RedisLock(redis: redis, name: "nightly-report")
/// if case .acquired(let lease) = try await lock.acquire(for: .seconds(10)) {
///     try await write(report, fence: lease.fence)
///     try await lock.release(lease)
/// }
/// ```
public struct RedisLock: Sendable {
    private let redis: RedisClient
    private let keys: [String]

    /// Makes a lock; Redis is asked only when it is acquired.
    ///
    /// - Parameters:
    ///   - redis: Where the lock is.
    ///   - name: The same on all nodes, not empty and not beginning with `}`. Its keys are `{name}:lock` and `{name}:fence`; the second one stays for ever,
    ///     since a counter that began anew would make old numbers look new.
    public init(redis: RedisClient, name: String) {
        precondition(!name.isEmpty && !name.hasPrefix("}"), "the name is a hash tag, which keeps the keys together")
        self.redis = redis
        keys = ["{\(name)}:lock", "{\(name)}:fence"]
    }

    /// Takes the lock, if nobody holds it.
    ///
    /// - Parameters:
    ///   - duration: How long to hold it at most; at least a millisecond.
    ///   - timeout: How long to wait for Redis; the configuration's command timeout by default.
    /// - Returns: The lease, or how long the lock is still held by somebody else.
    /// - Throws: ``RedisError``. When its `wasSent` is `true`, the lock may have been taken all the same, and ends by
    ///   itself after the duration.
    public func acquire(for duration: Duration, timeout: Duration? = nil) async throws(RedisError) -> Acquisition {
        let owner = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        // Before asking: the lease ends here no later than in Redis.
        let end = NIODeadline.now() + TimeAmount(duration)
        let reply = try await redis.evaluate(
            Self.acquireScript, keys: keys, arguments: [.string(owner), .integer(duration.wholeMilliseconds)],
            timeout: timeout)
        guard case .array(let parts) = reply, parts.count == 2, case .integer(let fence) = parts[0],
            case .integer(let milliseconds) = parts[1]
        else { throw .unexpectedReply(reply, expected: "outcome of the lock") }
        guard fence > 0 else { return .heldByAnother(for: .milliseconds(max(0, milliseconds))) }
        return .acquired(Lease(owner: owner, fence: fence, end: end))
    }

    /// Gives the lock back before its time, unless the time is over and somebody else holds it.
    ///
    /// - Parameters:
    ///   - lease: What ``acquire(for:timeout:)`` gave.
    ///   - timeout: How long to wait for Redis; the configuration's command timeout by default.
    /// - Returns: Whether it was still held by this lease.
    /// - Throws: ``RedisError``; the lock then ends by itself.
    @discardableResult
    public func release(_ lease: Lease, timeout: Duration? = nil) async throws(RedisError) -> Bool {
        let reply = try await redis.evaluate(
            Self.releaseScript, keys: [keys[0]], arguments: [.string(lease.owner)], timeout: timeout)
        return reply == .integer(1)
    }

    /// What became of an attempt to take the lock.
    public enum Acquisition: Sendable {
        /// It is held by the caller.
        case acquired(Lease)
        /// Somebody else holds it, no longer than this unless they renew it.
        case heldByAnother(for: Duration)
    }

    /// The right to do what the lock protects.
    public struct Lease: Sendable {
        let owner: String
        /// Larger than the fence of every earlier lease of this lock.
        public let fence: Int
        let end: NIODeadline

        /// How long it is still held; zero or less when it is over.
        public var remaining: Duration { Duration(end - .now()) }
    }

    private static let acquireScript = RedisScript(
        """
        if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return {redis.call('INCR', KEYS[2]), 0} end
        return {0, redis.call('PTTL', KEYS[1])}
        """)

    private static let releaseScript = RedisScript(
        "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('UNLINK', KEYS[1]) else return 0 end")
}
