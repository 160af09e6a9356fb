import Synchronization

/// What Redis's clock shows, as far as a node can tell between two looks at it.
///
/// It only decides when a node asks Redis about a session; what becomes of the session is decided there, by Redis's
/// own clock. Looks are never far apart, so that a step of that clock, or another server's in its place, is noticed.
final class RedisClock: Sendable {
    private struct Sample {
        /// Milliseconds since 1970 at Redis, when this clock showed `at`.
        let redis: Int64
        let at: ContinuousClock.Instant
    }

    /// How old a look may be; longer than ``SessionTouches`` waits until it asks for the same session again.
    static let lifetime = Duration.seconds(150)

    private let sample = Mutex<Sample?>(nil)
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameter now: The node's clock, of which only the differences count.
    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.now = now
    }

    /// The node's own clock.
    var local: ContinuousClock.Instant { now() }

    /// Takes in what Redis's clock just showed.
    func note(_ milliseconds: Int) {
        let at = now()
        sample.withLock { $0 = Sample(redis: Int64(milliseconds), at: at) }
    }

    /// Milliseconds since 1970; nil when the last look at Redis's clock is too old to say.
    var milliseconds: Int64? {
        guard let last = sample.withLock({ $0 }) else { return nil }
        let age = now() - last.at
        return age < Self.lifetime && age >= .zero ? last.redis + Int64(age.milliseconds) : nil
    }
}
