import NIOCore
import Synchronization

/// This process's own buckets, in front of those in Redis.
///
/// What one node lets pass is part of what all nodes let pass, so a hit too many here is one too many there, and
/// Redis need not be asked. A rejection by Redis is remembered until it ends, for the same reason.
final class LocalBuckets: Sendable {
    private struct Bucket {
        var emptyAt: Int64 = 0
        var closedUntil: Int64 = 0

        func isOver(at now: Int64) -> Bool { emptyAt <= now && closedUntil <= now }
    }

    private let maximumCount: Int
    private let buckets = Mutex<[String: Bucket]>([:])

    init(maximumCount: Int) {
        self.maximumCount = maximumCount
    }

    var count: Int { buckets.withLock(\.count) }

    /// Decides about a hit without counting it.
    func check(_ key: String, _ algorithm: GCRA, cost: Int, at time: NIODeadline) -> GCRA.Outcome {
        let now = Self.microseconds(time)
        let bucket = buckets.withLock { $0[key] } ?? Bucket()
        if bucket.closedUntil > now { return .rejected(retryAfter: bucket.closedUntil - now) }
        return algorithm.decide(cost: cost, emptyAt: bucket.emptyAt, now: now)
    }

    /// Decides about a hit, and counts it if it passes.
    @discardableResult
    func hit(_ key: String, _ algorithm: GCRA, cost: Int, at time: NIODeadline) -> GCRA.Outcome {
        let now = Self.microseconds(time)
        return buckets.withLock { buckets in
            makeRoom(in: &buckets, for: key, at: now)
            let bucket = buckets[key] ?? Bucket()
            let outcome = algorithm.decide(cost: cost, emptyAt: bucket.emptyAt, now: now)
            if case .allowed(let emptyAt) = outcome {
                buckets[key] = Bucket(emptyAt: emptyAt, closedUntil: bucket.closedUntil)
            }
            return outcome
        }
    }

    /// Remembers that Redis rejected the cheapest hit, and for how many microseconds it would go on to.
    func close(_ key: String, for microseconds: Int64, at time: NIODeadline) {
        let now = Self.microseconds(time)
        buckets.withLock { buckets in
            makeRoom(in: &buckets, for: key, at: now)
            buckets[key, default: Bucket()].closedUntil = now + microseconds
        }
    }

    /// Drops what is over; when nothing is, anything: the bucket in Redis still counts.
    private func makeRoom(in buckets: inout [String: Bucket], for key: String, at now: Int64) {
        guard buckets.count >= maximumCount, buckets[key] == nil else { return }
        buckets = buckets.filter { !$0.value.isOver(at: now) }
        // A quarter at once, so that a flood of new keys does not filter for each of them.
        guard buckets.count > maximumCount - maximumCount / 4 else { return }
        for key in buckets.keys.prefix(max(1, maximumCount / 4)) { buckets[key] = nil }
    }

    private static func microseconds(_ time: NIODeadline) -> Int64 {
        Int64(clamping: time.uptimeNanoseconds / 1_000)
    }
}
