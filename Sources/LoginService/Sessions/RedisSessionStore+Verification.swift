import RedisClient

/// What a session's user proved again is noted beside the session, with the time at which the session was opened: a
/// later session under the same name, as the `md5` style has them, has proved nothing.
extension RedisSessionStore {
    func verify(_ token: SessionToken, for duration: Duration) async throws(Failure) -> Bool {
        for location in keyspace.locations(of: token) {
            let reply = try await run(
                Self.verifyScript, keys: verificationKeys(location), arguments: [.integer(duration.milliseconds)])
            if reply == .integer(1) { return true }
        }
        return false
    }

    func isVerified(_ token: SessionToken) async throws(Failure) -> Bool {
        for location in keyspace.locations(of: token)
        where try await run(Self.isVerifiedScript, keys: verificationKeys(location)) == .integer(1) {
            return true
        }
        return false
    }

    private func verificationKeys(_ location: SessionLocation) -> [String] {
        [keyspace.key(location), keyspace.generation(location.group), keyspace.verification(location)]
    }

    /// Leaves when the session was opened; a session of another system's does not say.
    private static let readCreated = """
        local value = redis.pcall('GET', KEYS[1])
        if type(value) ~= 'string' then return 0 end
        local created, generation = string.match(value, ',"iat":(%d+),.*"gen":(%d+)}$')
        if created and tonumber(generation) < tonumber(redis.call('GET', KEYS[2]) or 0) then return 0 end
        created = created or '-'

        """

    private static let verifyScript = RedisScript(
        readCreated + """
            redis.call('SET', KEYS[3], created, 'PX', ARGV[1])
            return 1
            """)

    private static let isVerifiedScript = RedisScript(
        readCreated + """
            return redis.call('GET', KEYS[3]) == created and 1 or 0
            """)
}
