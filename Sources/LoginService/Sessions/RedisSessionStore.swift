import NIOCore
import RedisClient

/// Sessions in Redis, under the keys of ``SessionKeyspace``; what touches several of them is one script.
final class RedisSessionStore: SessionStore {
    let redis: RedisClient
    let keyspace: SessionKeyspace
    let policy: SessionPolicy
    /// Sessions in this node's memory, if they are kept there; its owner shuts it down.
    let cache: NearCache<Session>?
    /// Notes that sessions are used; its owner runs it.
    let touches: SessionTouches

    init(
        redis: RedisClient,
        keyspace: SessionKeyspace,
        policy: SessionPolicy,
        cache: NearCache<Session>? = nil,
        clock: RedisClock = RedisClock()
    ) {
        self.redis = redis
        self.keyspace = keyspace
        self.policy = policy
        self.cache = cache
        touches = SessionTouches(redis: redis, policy: policy, clock: clock)
    }

    func session(for token: SessionToken) async throws(Failure) -> Session? {
        for number in 0..<keyspace.locationCount(of: token) {
            guard let key = key(of: token, number) else { continue }
            if let cache {
                if let session = try await session(at: key, in: cache) { return session }
            } else if let session = try await session(at: key) {
                return session
            }
        }
        return nil
    }

    // What each request waits for is cut into pieces that are not inlined: what they keep while they wait, and what
    // they need for a moment, would else be memory that the request's task has to find.

    @inline(never)
    private func session(at key: String) async throws(Failure) -> Session? {
        let value: ByteBuffer?
        do {
            value = try await redis.get(key)
        } catch {
            return try absent(error)
        }
        return session(value, at: key)
    }

    @inline(never)
    private func session(at key: String, in cache: NearCache<Session>) async throws(Failure) -> Session? {
        let session: Session?
        do {
            session = try await cache.value(for: key)
        } catch {
            return try absent(error)
        }
        if let session { touches.sawUse(of: session, at: key) }
        return session
    }

    /// A key that a token may stand for; see ``SessionKeyspace/location(of:_:)``.
    @inline(never)
    private func key(of token: SessionToken, _ number: Int) -> String? {
        keyspace.location(of: token, number).map(keyspace.key)
    }

    @inline(never)
    private func session(_ value: ByteBuffer?, at key: String) -> Session? {
        guard let value, let session = Session(json: value) else { return nil }
        touches.sawUse(of: session, at: key)
        return session
    }

    /// A key of another system's that holds no string is no session; whatever else fails is the store's failure.
    @inline(never)
    private func absent(_ error: RedisError) throws(Failure) -> Session? {
        if error.serverError == .wrongType { return nil }
        throw .sessionStoreUnavailable(error)
    }

    func currentSession(for token: SessionToken) async throws(Failure) -> Session? {
        for location in keyspace.locations(of: token) {
            let keys = [keyspace.key(location), keyspace.generation(location.group)]
            guard case .array(let reply) = try await run(Self.readCurrent, keys: keys),
                case .bulk(let value)? = reply.first, let session = Session(json: value)
            else { continue }
            // A session that outlived the ending of all: Redis lost the index that named it.
            guard let times = session.times, case .integer(let generation)? = reply.last,
                times.generation < generation
            else { return session }
        }
        return nil
    }

    /// The value of a session, and when all sessions of its group were last ended together.
    private static let readCurrent = RedisScript(
        """
        local value = redis.pcall('GET', KEYS[1])
        if type(value) ~= 'string' then return {} end
        return {value, tonumber(redis.call('GET', KEYS[2]) or 0)}
        """)

    func ping() async throws(Failure) {
        do {
            try await redis.ping()
        } catch {
            throw .sessionStoreUnavailable(error)
        }
    }

    /// Forgets sessions that a script has ended, before the server says so.
    func forget(_ references: some Sequence<RedisValue>, of group: SessionGroup) {
        guard let cache else { return }
        for case .bulk(let reference) in references {
            cache.forget(keyspace.key(SessionLocation(group: group, reference: String(buffer: reference))))
        }
    }

    /// Runs a script that changes a session, which is not read from memory again before the server has it.
    func run(
        _ script: RedisScript, changing location: SessionLocation, keys: [String], arguments: [RedisArgument]
    ) async throws(Failure) -> RedisValue {
        guard let cache else { return try await run(script, keys: keys, arguments: arguments) }
        return try await cache.changing([keyspace.key(location)]) { () async throws(Failure) in
            try await run(script, keys: keys, arguments: arguments)
        }
    }

    /// Runs a script; whatever fails is the store's failure.
    func run(
        _ script: RedisScript, keys: [String], arguments: [RedisArgument] = []
    ) async throws(Failure) -> RedisValue {
        do {
            return try await redis.evaluate(script, keys: keys, arguments: arguments)
        } catch {
            throw .sessionStoreUnavailable(error)
        }
    }
}
