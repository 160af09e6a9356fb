import Synchronization

/// Users whom this node has just refused for logging in too often, by the groups of their sessions.
final class RefusedUsers: Sendable {
    private let ends = Mutex<[SessionGroup: ContinuousClock.Instant]>([:])

    /// Beyond this many, no more are remembered until some are over: they are still refused, a step later.
    private static let capacity = 4_096

    /// How long the user of a group is still refused; nil for nobody.
    func timeLeft(_ group: SessionGroup) -> Duration? {
        guard let end = ends.withLock({ $0[group] }) else { return nil }
        let left = end - .now
        return left > .zero ? left : nil
    }

    func refuse(_ group: SessionGroup, for duration: Duration) {
        let now = ContinuousClock.now
        ends.withLock { ends in
            if ends.count >= Self.capacity { ends = ends.filter { $0.value > now } }
            guard ends.count < Self.capacity || ends[group] != nil else { return }
            ends[group] = now + duration
        }
    }
}
