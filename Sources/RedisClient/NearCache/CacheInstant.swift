/// A point of the machine's own time, which nobody sets and which goes on while the machine sleeps.
///
/// A clock that stops with the machine would call entries fresh that lay through a night. In nanoseconds since this
/// process first asked, to have a place in an atomic.
struct CacheInstant: Hashable, Comparable, Sendable {
    let nanoseconds: UInt64

    static let distantPast = Self(nanoseconds: 0)
    static let distantFuture = Self(nanoseconds: .max)

    private static let origin = ContinuousClock.now - .seconds(1)

    static func now() -> Self {
        // Positive, and good for 500 years.
        Self(nanoseconds: UInt64(truncatingIfNeeded: (ContinuousClock.now - origin).attoseconds / 1_000_000_000))
    }

    static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// A later point; the farthest one when the sum has no place, the same one for a negative duration.
    static func + (instant: Self, duration: Duration) -> Self {
        let length = UInt64(clamping: duration.attoseconds / 1_000_000_000)
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(length)
        return overflow ? .distantFuture : Self(nanoseconds: sum)
    }
}
