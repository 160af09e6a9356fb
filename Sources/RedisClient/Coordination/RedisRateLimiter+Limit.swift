extension RedisRateLimiter {
    /// How many hits may pass.
    public struct Limit: Hashable, Sendable {
        /// How many hits pass in a period, in the long run.
        public let hits: Int
        /// The period.
        public let period: Duration
        /// How many hits may come at once, after a time without any.
        public let burst: Int

        /// Makes a limit.
        ///
        /// - Parameters:
        ///   - hits: How many hits pass in a period, 1 or more.
        ///   - period: From a microsecond for each hit up to a year.
        ///   - burst: How many may come at once, 1 or more; as many as in a period by default.
        public init(hits: Int, per period: Duration, burst: Int? = nil) {
            precondition(hits > 0 && burst ?? 1 > 0, "a limit lets something pass")
            precondition(period >= .microseconds(hits) && period <= .seconds(366 * 86_400), "a period out of range")
            self.hits = hits
            self.period = period
            self.burst = burst ?? hits
        }
    }

    /// What became of a hit.
    public struct Decision: Hashable, Sendable {
        /// Who counted.
        public enum Counter: Hashable, Sendable {
            /// Redis, for all nodes.
            case redis
            /// This process, because Redis would have said the same, or cannot be asked.
            case local
        }

        /// Whether the hit passes; it was counted then.
        public let isAllowed: Bool
        /// How many more hits pass at once now; 0 when only this process counted.
        public let remaining: Int
        /// How long until the hit would pass; zero when it did.
        public let retryAfter: Duration
        /// Who counted.
        public let counter: Counter
    }
}
