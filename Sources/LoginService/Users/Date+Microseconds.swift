import FoundationEssentials

/// Times as the database holds them: microseconds since 1970, which know no time zones and no year 2038.
extension Date {
    init(microseconds: Int64) {
        self.init(timeIntervalSince1970: Double(microseconds) / 1_000_000)
    }

    /// Bounded by what the database holds, so that "for ever" may be any time.
    var microseconds: Int64 {
        Int64(exactly: (timeIntervalSince1970 * 1_000_000).rounded()) ?? (timeIntervalSince1970 < 0 ? .min : .max)
    }
}
