import Synchronization

/// Sessions in the memory of this process, for development, for tests, and for a single node that may forget them.
///
/// Bounded: when it is full, the sessions that are over go first, then those that would be over soonest.
public final class MemorySessionStore: SessionStore {
    private struct Entry {
        var record: SessionRecord
        var expiration: ContinuousClock.Instant
    }

    private let now: @Sendable () -> ContinuousClock.Instant
    private let capacity: Int
    private let entries = Mutex<[String: Entry]>([:])

    /// Creates an empty store.
    ///
    /// - Parameters:
    ///   - capacity: How many sessions it holds, at least 1; each takes up to ``Sessions/Options/maximumSize``.
    ///     Default: 10,000.
    ///   - now: What time it is. Default: that of the continuous clock.
    public init(capacity: Int = 10_000, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        precondition(capacity > 0, "a store holds at least one session")
        self.capacity = capacity
        self.now = now
    }

    /// How many sessions it holds; some of them may be over.
    public var count: Int { entries.withLock { $0.count } }

    /// Reads a record; one that is over is returned once more, with nothing left to live.
    public func get(_ key: String) async -> (record: SessionRecord, timeToLive: Duration)? {
        let now = now()
        return entries.withLock { entries in
            guard let entry = entries[key] else { return nil }
            if entry.expiration <= now { entries[key] = nil }
            return (entry.record, now.duration(to: entry.expiration))
        }
    }

    /// Stores a record if the one it takes the place of is still there.
    ///
    /// - Parameters:
    ///   - record: What to store.
    ///   - key: Of the session.
    ///   - version: What the stored record's version must be; nil when there must be none.
    ///   - timeToLive: How long from now the record is kept.
    /// - Returns: Whether it was stored.
    public func set(
        _ record: SessionRecord,
        for key: String,
        over version: Int?,
        timeToLive: Duration
    ) async -> Bool {
        let now = now()
        return entries.withLock { entries in
            let stored = entries[key].flatMap { $0.expiration > now ? $0.record.version : nil }
            guard stored == version else { return false }
            if entries[key] == nil, entries.count >= capacity { Self.makeRoom(in: &entries, capacity, now) }
            entries[key] = Entry(record: record, expiration: now.advanced(by: timeToLive))
            return true
        }
    }

    /// Gives a record a new time to live.
    ///
    /// - Parameters:
    ///   - key: Of the session.
    ///   - timeToLive: How long from now the record is kept.
    /// - Returns: Whether there was a record.
    public func touch(_ key: String, timeToLive: Duration) async -> Bool {
        let now = now()
        return entries.withLock { entries in
            guard let entry = entries[key], entry.expiration > now else { return false }
            entries[key]?.expiration = now.advanced(by: timeToLive)
            return true
        }
    }

    /// Removes a record, if there is one.
    public func destroy(_ key: String) async {
        entries.withLock { $0[key] = nil }
    }

    /// Removes what is over; if that is nothing, a sixteenth at once, so that a full store does not sort at each set.
    private static func makeRoom(in entries: inout [String: Entry], _ capacity: Int, _ now: ContinuousClock.Instant) {
        entries = entries.filter { $0.value.expiration > now }
        guard entries.count >= capacity else { return }
        let soonest = entries.sorted { $0.value.expiration < $1.value.expiration }.prefix(max(1, capacity / 16))
        for (key, _) in soonest { entries[key] = nil }
    }
}
