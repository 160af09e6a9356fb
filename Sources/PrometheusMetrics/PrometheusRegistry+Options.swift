extension PrometheusRegistry {
    /// Buckets, bounds and descriptions.
    public struct Options: Sendable {
        /// The upper bounds of the buckets of timers, in seconds, ascending, at most 24; a last one without bound is
        /// added.
        ///
        /// Default: 100 µs to 10 s.
        public var durationBuckets = [
            0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
        ]
        /// The same of recorders that aggregate.
        ///
        /// Default: powers of four from 1 to 4^12.
        public var buckets: [Double] = (0...12).map { Double(1 << (2 * $0)) }
        /// How many combinations of labels a name may have; further ones are recorded together, with `overflow` as the
        /// value of each label.
        ///
        /// Default: 1,000.
        public var maximumSeries = 1_000
        /// How many names there may be; further ones record nothing.
        ///
        /// Default: 1,000.
        public var maximumFamilies = 1_000
        /// What metrics mean, by their label in swift-metrics: the HELP line, which says the label otherwise.
        ///
        /// Default: none.
        public var help: [String: String] = [:]

        /// Creates the defaults.
        public init() {}
    }
}
