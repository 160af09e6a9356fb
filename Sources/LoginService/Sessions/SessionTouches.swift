import RedisClient
import Synchronization

/// Lets sessions live on while they are used, and notes when they were: by asking Redis now and then, behind the reads.
///
/// A read whose session has less than about three quarters of its window left asks for a touch and does not wait for
/// it. Few are asked for: one for each session in a cool-down, a bounded number in all, and Redis writes only what
/// another node has not just written.
final class SessionTouches: Sendable {
    let clock: RedisClock
    private let redis: RedisClient
    private let policy: SessionPolicy
    private let window: Int64
    private let ledger: Mutex<TouchLedger>
    private let requests: AsyncStream<Request>
    private let continuation: AsyncStream<Request>.Continuation

    private struct Request {
        let key: String
        let createdAt: Int64
    }

    /// How many touches may wait; more are left to later reads.
    private static let capacity = 1_024
    /// How many touches are under way at once.
    private static let width = 16

    init(redis: RedisClient, policy: SessionPolicy, clock: RedisClock) {
        self.redis = redis
        self.policy = policy
        self.clock = clock
        let window = policy.idleTimeToLive ?? SessionPolicy.presenceWindow
        self.window = Int64(window.milliseconds)
        // A touch that was lost must come again while the session lives.
        ledger = Mutex(TouchLedger(coolDown: min(.seconds(60), window / 8), capacity: 65_536))
        (requests, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.capacity))
    }

    /// Asks for a touch if it is time for one.
    func sawUse(of session: Session, at key: String) {
        guard let times = session.times, isDue(times), ledger.withLock({ $0.admit(key, at: clock.local) }) else {
            return
        }
        continuation.yield(Request(key: key, createdAt: times.createdAt))
    }

    private func isDue(_ times: Session.Times) -> Bool {
        // Redis knows; and its answer says what its clock shows.
        guard let now = clock.milliseconds else { return true }
        // Each session has a moment of its own, 10 % around the mean, so that those of one moment part.
        let spread = 90 + times.createdAt % 21
        return times.lastSeenAt + window - now < window * 3 / 4 * spread / 100
    }

    /// Sends what was asked for, until its task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await request in requests {
                if running == Self.width { await group.next() } else { running += 1 }
                group.addTask { await self.touch(request) }
            }
        }
    }

    private func touch(_ request: Request) async {
        let reply = try? await redis.evaluate(
            Self.script,
            keys: [request.key],
            arguments: [
                .integer(Int(request.createdAt)), .integer(policy.idleTimeToLive?.milliseconds ?? 0),
                .integer(Int(window / 8)),
            ])
        // A touch that failed is made up for by a later read.
        if case .integer(let now)? = reply { clock.note(now) }
    }

    /// Moves the end of an idle session, never past its absolute end, and returns Redis's time.
    ///
    /// Only of the session that was read: one that was ended meanwhile stays ended.
    private static let script = RedisScript(
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local value = redis.pcall('GET', KEYS[1])
        if type(value) ~= 'string' then return now end
        local head, created, expiry, seen, tail =
            string.match(value, '^(.*,"iat":(%d+),"exp":(%d+),"seen":)(%d+)(,"gen":%d+})$')
        if created ~= ARGV[1] or now - seen < tonumber(ARGV[3]) then return now end
        local idle, left = tonumber(ARGV[2]), expiry - now
        if left < 1 then return now end
        value = head .. string.format('%.0f', now) .. tail
        if idle > 0 then left = math.min(idle, left) end
        redis.call('SET', KEYS[1], value, 'PX', string.format('%.0f', left))
        return now
        """)
}

extension Duration {
    /// Whole milliseconds, the rest cut off.
    var milliseconds: Int {
        Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
