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
        /// Hits that passed and that Redis has not been told of.
        var unreported = 0
        /// Microseconds from when the bucket is empty until nothing can be left in Redis of what it holds.
        var span: Int64 = 0
        /// Reports to Redis that are under way.
        var reports = 0

        /// Whether nothing of it matters any more, here or in Redis.
        ///
        /// A bucket that is empty here says nothing of Redis, where the hits of all processes add up.
        func isOver(at now: Int64) -> Bool {
            (unreported == 0 ? emptyAt : emptyAt + span) <= now && closedUntil <= now
        }
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

    /// What becomes of a hit that this process lets pass before Redis hears of it.
    enum Admission: Equatable {
        case rejected(retryAfter: Int64)
        /// It is counted here, and Redis need not be told yet.
        case allowed
        /// It is counted here, and it is time to tell Redis of so many hits, this one among them.
        case due(hits: Int)
    }

    /// Decides about a hit, and counts it if it passes; one of so many is due to be reported, and each that comes while
    /// a report is under way: a rejection may be.
    func admit(_ key: String, _ algorithm: GCRA, batch: Int, at time: NIODeadline) -> Admission {
        let now = Self.microseconds(time)
        return buckets.withLock { buckets in
            makeRoom(in: &buckets, for: key, at: now)
            var bucket = buckets[key] ?? Bucket()
            if bucket.closedUntil > now { return .rejected(retryAfter: bucket.closedUntil - now) }
            if bucket.isOver(at: now) { bucket.unreported = 0 }
            bucket.span = algorithm.span
            switch algorithm.decide(cost: 1, emptyAt: bucket.emptyAt, now: now) {
            case .rejected(let retryAfter): return .rejected(retryAfter: retryAfter)
            case .allowed(let emptyAt): bucket.emptyAt = emptyAt
            }
            bucket.unreported += 1
            guard bucket.unreported >= batch || bucket.reports > 0 else {
                buckets[key] = bucket
                return .allowed
            }
            let due = min(bucket.unreported, batch)
            bucket.unreported -= due
            bucket.reports += 1
            buckets[key] = bucket
            return .due(hits: due)
        }
    }

    /// Notes how the report of a hit ended.
    ///
    /// One that Redis rejected, or could not be told of, is taken back; those before it stay unreported.
    func settle(_ key: String, _ algorithm: GCRA, hits: Int, isCounted: Bool) {
        buckets.withLock { buckets in
            guard var bucket = buckets[key] else { return }
            bucket.reports = max(0, bucket.reports - 1)
            if !isCounted {
                bucket.unreported += hits - 1
                bucket.emptyAt -= algorithm.interval
            }
            buckets[key] = bucket
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
