/// The prepared statements of one connection, by text; the one unused for longest goes first.
struct StatementCache<Statement> {
    private let capacity: Int
    private var entries: [String: (statement: Statement, lastUse: UInt64)] = [:]
    private var clock: UInt64 = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    mutating func statement(for text: String) -> Statement? {
        guard let index = entries.index(forKey: text) else { return nil }
        clock += 1
        entries.values[index].lastUse = clock
        return entries.values[index].statement
    }

    /// Adds a statement and returns the one to finalize in its place, if the cache was full.
    mutating func insert(_ statement: Statement, for text: String) -> Statement? {
        clock += 1
        var evicted: Statement?
        // Linear, but only when a new text meets a full cache, and next to preparing it.
        if entries.count >= capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            evicted = entries.removeValue(forKey: oldest.key)?.statement
        }
        entries[text] = (statement, clock)
        return evicted
    }

    mutating func remove(_ text: String) -> Statement? {
        entries.removeValue(forKey: text)?.statement
    }

    /// Empties the cache and returns what to finalize.
    mutating func removeAll() -> [Statement] {
        defer { entries = [:] }
        return entries.values.map(\.statement)
    }
}
