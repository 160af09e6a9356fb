/// The loads of one shard that are on their way, and who waits for them.
///
/// At most one load of a key can be joined: the newest, as long as nothing has been heard against it. A load that is
/// no longer current ends as it began, for those who joined it before, and leaves nothing behind.
///
/// Not `SingleFlight`: whether a load may be joined and kept is decided under the lock of the entries, together with
/// what is heard of the key.
struct LoadTable {
    typealias Waiter = CheckedContinuation<LoadOutcome, Never>

    private struct Load {
        let key: ExactText
        let feed: FeedState
        let epoch: UInt64
        var waiters: [(number: UInt64, continuation: Waiter)] = []
    }

    private var loads: [UInt64: Load] = [:]
    private var current: [ExactText: UInt64] = [:]
    private var lastNumber: UInt64 = 0

    /// How many wait for a load.
    func waiterCount(of load: UInt64) -> Int { loads[load]?.waiters.count ?? 0 }

    /// Notes that a load begins, before its command is sent.
    mutating func begin(_ key: ExactText, feed: FeedState) -> UInt64 {
        let number = makeNumber()
        loads[number] = Load(key: key, feed: feed, epoch: feed.epoch)
        current[key] = number
        return number
    }

    /// The load to wait for, if one is on its way that nothing speaks against.
    func joinable(_ key: ExactText) -> UInt64? {
        guard let number = current[key], let load = loads[number], load.epoch == load.feed.epoch else { return nil }
        return number
    }

    /// Notes that what the current load of a key brings may be old: it is not to be kept, nor joined from now on.
    mutating func spoil(_ key: ExactText) {
        current[key] = nil
    }

    /// Ends a load.
    ///
    /// - Returns: Who waits; and the feed and epoch under which the result may be kept, `nil` when it may not.
    mutating func end(_ number: UInt64) -> (waiters: [Waiter], keep: (feed: FeedState, epoch: UInt64)?) {
        guard let load = loads.removeValue(forKey: number) else { return ([], nil) }
        let waiters = load.waiters.map(\.continuation)
        guard current[load.key] == number else { return (waiters, nil) }
        current[load.key] = nil
        return (waiters, load.epoch == load.feed.epoch ? (load.feed, load.epoch) : nil)
    }

    /// A number no load and no other waiter of this shard has.
    mutating func makeNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    /// Adds someone who waits for a load.
    ///
    /// - Returns: Whether the load was still on its way.
    mutating func add(_ continuation: Waiter, number: UInt64, to load: UInt64) -> Bool {
        guard loads[load] != nil else { return false }
        loads[load]?.waiters.append((number, continuation))
        return true
    }

    /// Takes out someone who waits no longer.
    mutating func removeWaiter(_ number: UInt64, of load: UInt64) -> Waiter? {
        guard let index = loads[load]?.waiters.firstIndex(where: { $0.number == number }) else { return nil }
        return loads[load]?.waiters.remove(at: index).continuation
    }
}

/// What a load has for those who joined it.
enum LoadOutcome: Sendable {
    case loaded((any AnyObject & Sendable)?)
    case failed(RedisError)
    /// The one who loaded was cancelled, or ended before: ask again.
    case askAgain
}
