import KoaKit
import Synchronization

/// A store in memory that notes what it is asked, and fails when told to.
final class ObservedSessionStore: SessionStore {
    struct Outage: Error {}

    private let memory: MemorySessionStore
    private let failing = Mutex<Set<String>>([])
    /// Each call: its name and what it was about.
    let calls = Trace()
    let keys = Trace()

    init(_ memory: MemorySessionStore = MemorySessionStore()) { self.memory = memory }

    var count: Int { memory.count }

    /// Makes calls of these names fail from now on.
    func fail(at names: Set<String>) { failing.withLock { $0 = names } }

    func get(_ key: String) async throws -> (record: SessionRecord, timeToLive: Duration)? {
        try note("get", key)
        return await memory.get(key)
    }

    func set(_ record: SessionRecord, for key: String, over version: Int?, timeToLive: Duration) async throws -> Bool {
        try note("set", key)
        return await memory.set(record, for: key, over: version, timeToLive: timeToLive)
    }

    func touch(_ key: String, timeToLive: Duration) async throws -> Bool {
        try note("touch", key)
        return await memory.touch(key, timeToLive: timeToLive)
    }

    func destroy(_ key: String) async throws {
        try note("destroy", key)
        await memory.destroy(key)
    }

    private func note(_ name: String, _ key: String) throws {
        calls.add(name)
        keys.add(key)
        if failing.withLock({ $0.contains(name) }) { throw Outage() }
    }
}
