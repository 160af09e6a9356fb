import NIOCore

/// A dictionary that holds no more than so many entries: the oldest give way to new ones.
struct RecentEntries<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let capacity: Int
    private var values: [Key: Value] = [:]
    /// Keys, oldest first; one that was removed stays until it is the oldest.
    private var order = CircularBuffer<Key>()

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { values.count }

    /// All of them, in no order.
    var entries: [Key: Value] { values }

    /// The value of a key.
    subscript(key: Key) -> Value? {
        values[key]
    }

    /// Sets the value of a key; a new key is the newest, a known one keeps its age.
    mutating func set(_ value: Value, for key: Key) {
        guard values.updateValue(value, forKey: key) == nil else { return }
        order.append(key)
        while values.count > capacity { removeOldest() }
    }

    /// Removes entries, oldest first, for as long as they are stale.
    mutating func removeOldest(while isStale: (Value) -> Bool) {
        while let key = order.first, values[key].map(isStale) ?? true { removeOldest() }
    }

    private mutating func removeOldest() {
        guard let key = order.popFirst() else { return }
        values[key] = nil
    }
}
