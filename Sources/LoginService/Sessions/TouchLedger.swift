/// Remembers which sessions a node has asked Redis to touch lately, so that it asks once in a cool-down.
///
/// Two sets take turns, each for one cool-down: what is in either was asked for within two.
struct TouchLedger {
    let coolDown: Duration
    /// How many sessions a set holds: the most that are asked for in a cool-down.
    let capacity: Int
    private var recent: Set<String> = []
    private var older: Set<String> = []
    private var turn: ContinuousClock.Instant?

    init(coolDown: Duration, capacity: Int) {
        self.coolDown = coolDown
        self.capacity = capacity
    }

    /// Whether a session may be asked for now; it then counts as asked for.
    mutating func admit(_ key: String, at now: ContinuousClock.Instant) -> Bool {
        turnSets(at: now)
        guard recent.count < capacity, !older.contains(key) else { return false }
        return recent.insert(key).inserted
    }

    private mutating func turnSets(at now: ContinuousClock.Instant) {
        guard let turn else {
            self.turn = now
            return
        }
        let elapsed = now - turn
        guard elapsed >= coolDown else { return }
        older = elapsed < coolDown * 2 ? recent : []
        recent = []
        self.turn = now
    }
}
