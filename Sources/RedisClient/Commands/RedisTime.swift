/// A point in time by the server's clock.
public struct RedisTime: Hashable, Sendable, Comparable {
    /// The time since the start of 1970 in UTC, without leap seconds.
    public let sinceEpoch: Duration

    /// Makes a point in time.
    ///
    /// - Parameter sinceEpoch: The time since the start of 1970 in UTC.
    public init(sinceEpoch: Duration) {
        self.sinceEpoch = sinceEpoch
    }

    /// Answers whether one time is before another.
    public static func < (left: Self, right: Self) -> Bool { left.sinceEpoch < right.sinceEpoch }

    /// The time that is later by a duration.
    public static func + (time: Self, duration: Duration) -> Self { Self(sinceEpoch: time.sinceEpoch + duration) }

    /// The duration between two times.
    public static func - (left: Self, right: Self) -> Duration { left.sinceEpoch - right.sinceEpoch }
}

extension RedisTime: RedisDecodable {
    /// Reads the reply of TIME: seconds and microseconds.
    ///
    /// - Parameter value: The reply.
    /// - Throws: ``RedisDecodingError``.
    public init(_ value: RedisValue) throws(RedisDecodingError) {
        let (seconds, microseconds) = try value.decode(as: (Int.self, Int.self))
        self.init(sinceEpoch: .seconds(seconds) + .microseconds(microseconds))
    }
}
