extension RedisRateLimiter {
    /// The same as ``GCRA``, in one step for all nodes and by one clock.
    ///
    /// The key holds the time at which its bucket is empty, in microseconds since 1970, as digits: Lua's own conversion
    /// keeps 14 of the 16. Numbers of that size are whole in a double. Returns how many microseconds until the hit
    /// would pass, 0 if it did, and how many until the bucket is empty.
    static let script = RedisScript(
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local interval, span, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local start = math.min(math.max(tonumber(redis.call('GET', KEYS[1]) or now) or now, now), now + span)
        local stop = start + interval * cost
        if stop - now > span then return {stop - now - span, start - now} end
        redis.call('SET', KEYS[1], string.format('%.0f', stop), 'PX', math.ceil((stop - now) / 1000))
        return {0, stop - now}
        """)
}
