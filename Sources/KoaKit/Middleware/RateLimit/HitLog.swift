/// The hits of one key that still count, oldest first, in bounded space.
struct HitLog {
    /// Hits that are kept as one.
    private struct Group {
        var first: ContinuousClock.Instant
        /// When the last of them came: all count as long as that one does.
        var last: ContinuousClock.Instant
        var count: Int
    }

    /// How many groups a window has at most; up to this limit, a group is one hit.
    private static let resolution = 64

    private var groups: [Group] = []
    private var total = 0
    private var expiry: ContinuousClock.Instant?

    /// Whether none of the hits counts any more.
    func isExpired(at now: ContinuousClock.Instant) -> Bool { expiry.map { $0 <= now } ?? true }

    mutating func recordHit(limit: Int, window: Duration, at now: ContinuousClock.Instant) -> RateLimitDecision {
        forget(before: now - window)
        guard total < limit else {
            return RateLimitDecision(isAllowed: false, remaining: 0, resetAfter: untilReset(at: now, window))
        }
        total += 1
        expiry = now + window
        if limit > Self.resolution, let last = groups.last, now - last.first < window / Self.resolution {
            groups[groups.count - 1].last = now
            groups[groups.count - 1].count += 1
        } else {
            groups.append(Group(first: now, last: now, count: 1))
        }
        return RateLimitDecision(isAllowed: true, remaining: limit - total, resetAfter: untilReset(at: now, window))
    }

    private mutating func forget(before start: ContinuousClock.Instant) {
        let kept = groups.firstIndex { $0.last > start } ?? groups.count
        guard kept > 0 else { return }
        total -= groups[..<kept].reduce(0) { $0 + $1.count }
        groups.removeFirst(kept)
    }

    private func untilReset(at now: ContinuousClock.Instant, _ window: Duration) -> Duration {
        groups.first.map { $0.last + window - now } ?? .zero
    }
}
