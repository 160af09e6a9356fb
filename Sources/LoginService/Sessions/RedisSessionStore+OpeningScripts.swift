import RedisClient

/// What Redis runs to open a session.
extension RedisSessionStore {
    /// The generation, and its age in microseconds.
    static let readGeneration = RedisScript(
        """
        local generation = redis.call('GET', KEYS[1])
        if not generation then return {0, 0} end
        local time = redis.call('TIME')
        return {tonumber(generation), math.max(0, time[1] * 1000000 + time[2] - generation)}
        """)

    /// Replaces the session that the login came with and the device's, makes room, stores the session and its reference.
    ///
    /// Nothing is written before it is sure that the login is not refused. References of sessions that have expired stay
    /// for a day, to tell `expired` from a token that never was one. Returns the outcome, Redis's time, and which sessions
    /// ended, those that were replaced first, whose number stands before them.
    static let openScript = RedisScript(
        """
        local own, stem, endings, head = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
        local ttl, idle, generation, device = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7], ARGV[8]
        local limit, policy, memory = tonumber(ARGV[9]), ARGV[10], tonumber(ARGV[11])
        local least, most, isRepetition = tonumber(ARGV[12]), tonumber(ARGV[13]), ARGV[14] == '1'
        local presented, longest = ARGV[15], tonumber(ARGV[16])
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)

        local newest = redis.call('GET', KEYS[3]) or '0'
        if generation == '' then
            if newest ~= '0' and time[1] * 1000000 + time[2] - newest < longest then return {4, now} end
            generation = newest
        elseif newest ~= generation then
            return {0, now}
        end
        if isRepetition and redis.call('EXISTS', endings .. own) == 1 then return {3, now} end

        local going, others = {}, {}
        if presented ~= '' and type(redis.pcall('GET', stem .. presented)) == 'string' then
            table.insert(going, presented)
        end
        if limit > 0 or device ~= '' then
            for _, reference in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
                local value = reference ~= own and reference ~= presented and redis.pcall('GET', stem .. reference)
                if type(value) == 'string' then
                    if device ~= '' and string.find(value, device, 1, true) then
                        table.insert(going, reference)
                    else
                        table.insert(others, reference)
                    end
                end
            end
        end
        local ofDevice, replaced, ended = #going, 0, {}
        if limit > 0 and #others >= limit then
            if policy == 'refuse' then return {2, now} end
            for position = 1, #others - limit + 1 do table.insert(going, others[position]) end
        end

        redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - memory)
        for _, reference in ipairs(redis.call('ZRANGE', KEYS[2], 0, -most)) do
            if reference ~= own then table.insert(going, reference) end
        end
        for position, reference in ipairs(going) do
            local left = redis.call('PTTL', stem .. reference)
            if redis.call('UNLINK', stem .. reference) == 1 then
                if position <= ofDevice then replaced = replaced + 1 end
                table.insert(ended, reference)
                redis.call('SET', endings .. reference, 'replaced', 'PX', math.max(least, math.min(left, memory)))
            end
            redis.call('ZREM', KEYS[2], reference)
        end

        local times = string.format(',"iat":%.0f,"exp":%.0f,"seen":%.0f,"gen":%s}', now, now + ttl, now, generation)
        redis.call('SET', KEYS[1], head .. times, 'PX', idle > 0 and math.min(idle, ttl) or ttl)
        redis.call('UNLINK', endings .. own)
        redis.call('ZADD', KEYS[2], string.format('%.3f', now + ttl + time[2] % 1000 / 1000), own)
        local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
        redis.call('PEXPIREAT', KEYS[2], string.format('%.0f', math.ceil(last) + memory))
        return {1, now, replaced, unpack(ended)}
        """)
}
