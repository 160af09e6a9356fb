/// The hits of a bounded number of keys, in a list from the key asked for last to the one asked for longest ago.
struct RateLimitTable {
    private struct Slot {
        var key: String
        var log: HitLog
        var newer: Int?
        var older: Int?
    }

    private let capacity: Int
    private var indices: [String: Int] = [:]
    private var slots: [Slot] = []
    private var free: [Int] = []
    private var newest: Int?
    private var oldest: Int?

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// How many keys are kept.
    var count: Int { indices.count }

    mutating func recordHit(
        of key: String, limit: Int, window: Duration, at now: ContinuousClock.Instant
    ) -> RateLimitDecision {
        let index: Int
        if let known = indices[key] {
            index = known
            unlink(index)
        } else {
            // Two for one: what has expired goes faster than it comes.
            for _ in 0..<2 { if let oldest, slots[oldest].log.isExpired(at: now) { remove(oldest) } }
            if count >= capacity, let oldest { remove(oldest) }
            index = insert(key)
        }
        pushNewest(index)
        return slots[index].log.recordHit(limit: limit, window: window, at: now)
    }

    private mutating func insert(_ key: String) -> Int {
        let slot = Slot(key: key, log: HitLog())
        let index = free.popLast() ?? slots.count
        if index < slots.count { slots[index] = slot } else { slots.append(slot) }
        indices[key] = index
        return index
    }

    private mutating func remove(_ index: Int) {
        unlink(index)
        indices[slots[index].key] = nil
        slots[index] = Slot(key: "", log: HitLog())
        free.append(index)
    }

    private mutating func pushNewest(_ index: Int) {
        slots[index].older = newest
        if let newest { slots[newest].newer = index } else { oldest = index }
        newest = index
    }

    private mutating func unlink(_ index: Int) {
        let (newer, older) = (slots[index].newer, slots[index].older)
        if let newer { slots[newer].older = older } else { newest = older }
        if let older { slots[older].newer = newer } else { oldest = newer }
        slots[index].newer = nil
        slots[index].older = nil
    }
}
