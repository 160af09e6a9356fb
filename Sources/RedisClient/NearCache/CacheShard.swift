import Synchronization

/// A part of the cache with a lock of its own, so that threads seldom meet.
///
/// Everything here is decided under the lock and nothing waits under it; continuations are resumed outside.
final class CacheShard: Sendable {
    struct State {
        var entries: EntryTable
        var loads = LoadTable()
        var hits: UInt64 = 0
        var misses: UInt64 = 0
        var joins: UInt64 = 0
        var invalidations: UInt64 = 0

        mutating func forget(_ key: ExactText) -> Bool {
            loads.spoil(key)
            return entries.remove(key)
        }
    }

    /// What to do about a key that was not found.
    enum Miss {
        /// Someone has stored it meanwhile.
        case hit(any AnyObject & Sendable)
        /// Wait for the load of this number.
        case join(UInt64)
        /// Load it, and end the load of this number.
        case load(UInt64)
    }

    /// What a load brought.
    struct Loaded {
        let object: any AnyObject & Sendable
        let byteCount: Int
        let expiry: CacheInstant
    }

    private let state: Mutex<State>

    init(maximumCount: Int, maximumBytes: Int) {
        state = Mutex(State(entries: EntryTable(maximumCount: maximumCount, maximumBytes: maximumBytes)))
    }

    /// Finds what may be served now.
    func find(_ key: ExactText, at now: CacheInstant) -> (any AnyObject & Sendable)? {
        state.withLock { state in
            guard let object = state.entries.find(key, at: now) else {
                state.misses += 1
                return nil
            }
            state.hits += 1
            return object
        }
    }

    /// Decides about a key that was not found; a load that is to begin is noted before its command can be sent.
    func missed(_ key: ExactText, feed: FeedState, at now: CacheInstant) -> Miss {
        state.withLock { state in
            if let object = state.entries.find(key, at: now) { return .hit(object) }
            if let load = state.loads.joinable(key) {
                state.joins += 1
                return .join(load)
            }
            return .load(state.loads.begin(key, feed: feed))
        }
    }

    /// Ends a load: keeps what it brought if nothing was heard against it, and tells those who waited.
    func endLoad(
        _ number: UInt64, of key: ExactText, keeping loaded: Loaded?, outcome: LoadOutcome, at now: CacheInstant
    ) {
        let waiters = state.withLock { state in
            let (waiters, keep) = state.loads.end(number)
            if let keep, let loaded, now < loaded.expiry {
                let entry = EntryTable.Entry(
                    key: key, object: loaded.object, feed: keep.feed, epoch: keep.epoch, expiry: loaded.expiry,
                    weight: loaded.byteCount + key.text.utf8.count + EntryTable.overhead)
                state.entries.insert(entry, at: now)
            }
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: outcome) }
    }

    /// Waits for the end of a load.
    func wait(for load: UInt64) async -> LoadOutcome {
        let number = state.withLock { $0.loads.makeNumber() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = state.withLock { $0.loads.add(continuation, number: number, to: load) }
                if !isWaiting {
                    continuation.resume(returning: .askAgain)
                } else if Task.isCancelled {
                    // The handler may have run before there was anyone to take out.
                    stopWaiting(number, for: load)
                }
            }
        } onCancel: {
            stopWaiting(number, for: load)
        }
    }

    private func stopWaiting(_ number: UInt64, for load: UInt64) {
        let waiter = state.withLock { $0.loads.removeWaiter(number, of: load) }
        waiter?.resume(returning: .failed(RedisError(.cancelled, wasSent: false)))
    }

    /// Forgets a key and what is on its way for it.
    func forget(_ key: ExactText) {
        state.withLock { _ = $0.forget(key) }
    }

    /// Forgets a key because the server says it changed.
    func invalidate(_ key: ExactText) {
        state.withLock { state in
            state.invalidations += 1
            _ = state.forget(key)
        }
    }

    /// How many wait for a load.
    func waiterCount(of load: UInt64) -> Int { state.withLock { $0.loads.waiterCount(of: load) } }

    /// Adds what was counted here.
    func add(to statistics: inout NearCacheStatistics) {
        state.withLock { state in
            statistics.hits += state.hits
            statistics.misses += state.misses
            statistics.joins += state.joins
            statistics.invalidations += state.invalidations
            statistics.evictions += UInt64(state.entries.evictions)
            statistics.entries += state.entries.count
            statistics.bytes += state.entries.bytes
        }
    }
}
