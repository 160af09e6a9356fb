#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A point of the machine's own time, which nobody sets and which goes on while the machine sleeps.
///
/// A clock that stops with the machine would call entries fresh that lay through a night.
struct CacheInstant: Hashable, Comparable, Sendable {
    let nanoseconds: UInt64

    static let distantPast = Self(nanoseconds: 0)
    static let distantFuture = Self(nanoseconds: .max)

    static func now() -> Self {
        var time = timespec()
        #if os(Linux) || os(Android)
            clock_gettime(CLOCK_BOOTTIME, &time)
        #else
            clock_gettime(CLOCK_MONOTONIC, &time)
        #endif
        return Self(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// A later point; the farthest one when the sum has no place, the same one for a negative duration.
    static func + (instant: Self, duration: Duration) -> Self {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return instant }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (length, overflowed) = product.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
        let (sum, exceeded) = instant.nanoseconds.addingReportingOverflow(length)
        return overflow || overflowed || exceeded ? .distantFuture : Self(nanoseconds: sum)
    }
}
