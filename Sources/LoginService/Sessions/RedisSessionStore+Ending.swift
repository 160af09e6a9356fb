import NIOCore
import RedisClient

extension RedisSessionStore {
    @discardableResult
    func end(_ token: SessionToken) async throws(Failure) -> String? {
        var ended: String?
        for location in keyspace.locations(of: token)
        where try await end(location, reason: "logged_out", memory: SessionPolicy.shortMemory) {
            ended = location.reference
        }
        return ended
    }

    func end(_ identifier: String, of owner: SessionOwner) async throws(Failure) -> Bool {
        // What has not the form of a reference names no session, and must not become part of a key.
        guard identifier.wholeMatch(of: /[A-Za-z0-9_\-]{1,64}/) != nil else { return false }
        let isShared = identifier == SessionGroup.sharedReference
        guard let group = keyspace.groups(of: owner).first(where: { $0.isShared == isShared }) else { return false }
        return try await end(
            SessionLocation(group: group, reference: identifier),
            reason: SessionAbsence.kicked.rawValue,
            memory: SessionPolicy.memory)
    }

    func endAll(of owner: SessionOwner, except token: SessionToken?) async throws(Failure) -> Int {
        let staying = token.map(keyspace.locations) ?? []
        var count = 0
        for group in keyspace.groups(of: owner) {
            let reply = try await run(
                Self.endAllScript,
                keys: [keyspace.index(group), keyspace.generation(group)],
                arguments: [
                    .string(keyspace.stem(group)), .string(keyspace.endings(group)),
                    .string(group.isShared ? SessionGroup.sharedReference : ""),
                    .string(staying.first { $0.group == group }?.reference ?? ""),
                    .integer(SessionPolicy.memory.milliseconds), .integer(SessionPolicy.shortMemory.milliseconds),
                    .integer((policy.timeToLive + SessionPolicy.memory).milliseconds),
                ])
            guard case .array(let ended) = reply else { throw .unexpectedReply }
            forget(ended, of: group)
            count += ended.count
        }
        return count
    }

    func end(
        _ location: SessionLocation, reason: String, memory: Duration
    ) async throws(Failure) -> Bool {
        let reply = try await run(
            Self.endScript,
            changing: location,
            keys: [
                keyspace.key(location), keyspace.index(location.group),
                keyspace.endings(location.group) + location.reference,
            ],
            arguments: [
                .string(location.reference), .string(reason), .integer(memory.milliseconds),
                .integer(SessionPolicy.shortMemory.milliseconds),
            ])
        return reply == .integer(1)
    }

    /// Ends one session, and notes how for as long as it would have lived, within bounds.
    private static let endScript = RedisScript(
        """
        local left = redis.call('PTTL', KEYS[1])
        local memory, least = tonumber(ARGV[3]), tonumber(ARGV[4])
        if left < 0 then left = memory end
        local ended = redis.call('UNLINK', KEYS[1])
        redis.call('ZREM', KEYS[2], ARGV[1])
        if ended == 1 then
            redis.call('SET', KEYS[3], ARGV[2], 'PX', math.max(least, math.min(left, memory)))
        end
        return ended
        """)

    /// Ends all sessions of a group but one, and begins a new generation, which no login under way belongs to.
    ///
    /// Returns which sessions ended. A generation is the time at which it began, and later than any before it, whatever the clock does.
    private static let endAllScript = RedisScript(
        """
        local stem, endings, shared, staying = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
        local memory, least = tonumber(ARGV[5]), tonumber(ARGV[6])
        local time = redis.call('TIME')
        local generation = math.max(time[1] * 1000000 + time[2], (redis.call('GET', KEYS[2]) or 0) + 1)
        generation = string.format('%.0f', generation)
        redis.call('SET', KEYS[2], generation, 'PX', ARGV[7])
        local ended = {}
        local references = shared == '' and redis.call('ZRANGE', KEYS[1], 0, -1) or {shared}
        for _, reference in ipairs(references) do
            local key = shared == '' and stem .. reference or stem
            if reference == staying then
                local value = redis.pcall('GET', key)
                local head = type(value) == 'string' and string.match(value, '^(.*,"gen":)%d+}$')
                if head then redis.call('SET', key, head .. generation .. '}', 'KEEPTTL') end
            else
                local left = redis.call('PTTL', key)
                if left < 0 then left = memory end
                if redis.call('UNLINK', key) == 1 then
                    table.insert(ended, reference)
                    redis.call('SET', endings .. reference, 'kicked', 'PX', math.max(least, math.min(left, memory)))
                    redis.call('ZREM', KEYS[1], reference)
                end
            end
        end
        return ended
        """)
}
