import NIOCore

/// The record of a ``SharedValue`` in Redis: a hash of the value, its lifetime in milliseconds and the fence it was
/// written under, with the value's end as the key's.
struct SharedValueStore: Sendable {
    struct Record {
        let value: String
        let lifetime: Duration
        let remaining: Duration
    }

    private let redis: RedisClient
    private let key: String

    init(redis: RedisClient, name: String) {
        self.redis = redis
        key = "{\(name)}:value"
    }

    /// The value and how long it is good for, by Redis's clock; `nil` when there is none.
    func read() async throws(RedisError) -> Record? {
        let reply = try await redis.evaluate(Self.readScript, keys: [key])
        guard case .array(let parts) = reply, parts.count == 3 else {
            throw .unexpectedReply(reply, expected: "stored value")
        }
        guard case .bulk(let value) = parts[0], case .bulk(let lifetime) = parts[1],
            let milliseconds = Int(String(buffer: lifetime)), case .integer(let remaining) = parts[2], remaining > 0
        else { return nil }
        return Record(
            value: String(buffer: value), lifetime: .milliseconds(milliseconds), remaining: .milliseconds(remaining))
    }

    /// Stores a value, unless one of a later lease is there or it is over already.
    ///
    /// - Returns: Whether it was stored.
    func write(_ renewal: SharedValue.Renewal, asked: NIODeadline, fence: Int) async throws(RedisError) -> Bool {
        // Its life began when it was asked for; whoever stalled since then has less of it left.
        let lifetime = (renewal.lifetime - Duration(NIODeadline.now() - asked)).wholeMilliseconds
        guard lifetime > 0 else { return false }
        let reply = try await redis.evaluate(
            Self.writeScript, keys: [key],
            arguments: [.integer(fence), .string(renewal.value), .integer(lifetime)])
        return reply == .integer(1)
    }

    /// Removes a value if it is the one that is stored.
    func remove(_ value: String) async throws(RedisError) -> Bool {
        try await redis.evaluate(Self.removeScript, keys: [key], arguments: [.string(value)]) == .integer(1)
    }

    private static let readScript = RedisScript(
        """
        local record = redis.call('HMGET', KEYS[1], 'value', 'lifetime')
        return {record[1], record[2], redis.call('PTTL', KEYS[1])}
        """)

    private static let writeScript = RedisScript(
        """
        local fence = tonumber(redis.call('HGET', KEYS[1], 'fence') or 0)
        if fence > tonumber(ARGV[1]) then return 0 end
        redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'value', ARGV[2], 'lifetime', ARGV[3])
        return redis.call('PEXPIRE', KEYS[1], ARGV[3])
        """)

    /// Keeps the fence: without it a stalled holder could put its value there after all.
    private static let removeScript = RedisScript(
        """
        if redis.call('HGET', KEYS[1], 'value') == ARGV[1] then return redis.call('HDEL', KEYS[1], 'value') end
        return 0
        """)
}
