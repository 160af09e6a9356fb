import FoundationEssentials

/// What an app has had of `force_refresh` (WeChat Mini Program API, auth.getStableAccessToken).
struct ForcedRefreshes: Sendable {
    private static let perDay = 20
    /// Seconds; sooner, a forced refresh is none.
    private static let shortestInterval: TimeInterval = 30

    private var day = 0
    private var count = 0
    private var last = Date.distantPast

    /// Counts a forced refresh; false when the last one was a moment ago, so that the token stays as it is.
    ///
    /// - Throws: 45009 when the app has had all of the day's.
    mutating func admits(at now: Date) throws(Refusal) -> Bool {
        guard now.timeIntervalSince(last) >= Self.shortestInterval else { return false }
        let today = SandboxClock.day(of: now)
        if today != day { (day, count) = (today, 0) }
        guard count < Self.perDay else { throw .dayQuotaSpent }
        count += 1
        last = now
        return true
    }
}
