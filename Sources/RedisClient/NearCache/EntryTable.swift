/// The entries of one shard, bounded in number and bytes.
///
/// Room is made by CLOCK: a hand goes round the slots, takes what is of no use any more or was not asked for since its
/// last visit, and gives the others one more round.
struct EntryTable {
    /// What an entry weighs beside its key and value: slot, index, box and allocator overhead.
    static let overhead = 192

    struct Entry {
        let key: ExactText
        let object: any AnyObject & Sendable
        let feed: FeedState
        let epoch: UInt64
        let expiry: CacheInstant
        let weight: Int
        var wasAskedFor = false

        func isUsable(at now: CacheInstant) -> Bool { epoch == feed.epoch && now < expiry }
    }

    private let maximumCount: Int
    private let maximumBytes: Int
    private var indices: [ExactText: Int] = [:]
    private var slots: ContiguousArray<Entry?> = []
    private var free: [Int] = []
    private var hand = 0
    /// The weight of all entries.
    private(set) var bytes = 0
    /// How many entries had to go to make room though they were of use.
    private(set) var evictions = 0

    init(maximumCount: Int, maximumBytes: Int) {
        self.maximumCount = maximumCount
        self.maximumBytes = maximumBytes
    }

    var count: Int { indices.count }

    /// Finds what may be served now.
    mutating func find(_ key: ExactText, at now: CacheInstant) -> (any AnyObject & Sendable)? {
        guard let index = indices[key] else { return nil }
        guard let entry = slots[index], entry.isUsable(at: now) else {
            remove(at: index)
            return nil
        }
        // Heard of every change, or not: entries come back into use when the stream catches up.
        guard entry.feed.isLive(at: now) else { return nil }
        slots[index]?.wasAskedFor = true
        return entry.object
    }

    /// Stores an entry, in the place of the one with its key; not at all when it alone is over the bound.
    mutating func insert(_ entry: Entry, at now: CacheInstant) {
        remove(entry.key)
        guard maximumCount > 0, entry.weight <= maximumBytes else { return }
        while count >= maximumCount || bytes > maximumBytes - entry.weight { makeRoom(at: now) }
        bytes += entry.weight
        if let index = free.popLast() {
            slots[index] = entry
            indices[entry.key] = index
        } else {
            indices[entry.key] = slots.count
            slots.append(entry)
        }
    }

    /// Forgets a key.
    ///
    /// - Returns: Whether it was there.
    @discardableResult
    mutating func remove(_ key: ExactText) -> Bool {
        guard let index = indices[key] else { return false }
        remove(at: index)
        return true
    }

    private mutating func remove(at index: Int) {
        guard let entry = slots[index] else { return }
        slots[index] = nil
        free.append(index)
        indices[entry.key] = nil
        bytes -= entry.weight
    }

    /// Removes one entry; there is one, for only entries can fill the bounds.
    private mutating func makeRoom(at now: CacheInstant) {
        while true {
            let index = hand
            hand = hand + 1 < slots.count ? hand + 1 : 0
            guard let entry = slots[index] else { continue }
            if entry.isUsable(at: now) {
                guard !entry.wasAskedFor else {
                    slots[index]?.wasAskedFor = false
                    continue
                }
                evictions += 1
            }
            return remove(at: index)
        }
    }
}
