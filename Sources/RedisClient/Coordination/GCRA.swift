/// The generic cell rate algorithm: a bucket that leaks evenly, kept as one time.
///
/// The time, called TAT (theoretical arrival time), is when the bucket is empty again. The script in
/// `RedisRateLimiter+Script.swift` computes the same in Redis.
struct GCRA: Hashable, Sendable {
    /// Microseconds between two hits at the steady rate, rounded up.
    let interval: Int64
    /// Microseconds a full bucket takes to empty.
    let span: Int64

    init(_ limit: RedisRateLimiter.Limit) {
        let (seconds, attoseconds) = limit.period.components
        let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        let hits = Int64(limit.hits)
        interval = max(1, (microseconds + hits - 1) / hits)
        span = interval * Int64(limit.burst)
    }

    enum Outcome: Equatable {
        /// The hit fits; the bucket is empty at this time.
        case allowed(emptyAt: Int64)
        /// The hit would fit after this many microseconds.
        case rejected(retryAfter: Int64)
    }

    /// Decides about a hit.
    ///
    /// - Parameters:
    ///   - cost: How many hits it counts for.
    ///   - emptyAt: When the bucket is empty again, in microseconds; any time in the past for a bucket never used.
    ///   - now: The time in microseconds.
    /// - Returns: Whether it fits, and what follows.
    func decide(cost: Int, emptyAt: Int64, now: Int64) -> Outcome {
        // A clock that went back must not lock anyone out for longer than a full bucket takes to empty.
        let start = min(max(emptyAt, now), now + span)
        let end = start + interval * Int64(cost)
        return end - now > span ? .rejected(retryAfter: end - now - span) : .allowed(emptyAt: end)
    }

    /// How many hits fit at once, with a bucket that is empty after this many microseconds.
    func remaining(emptyAfter: Int64) -> Int {
        Int(max(0, span - emptyAfter) / interval)
    }
}
