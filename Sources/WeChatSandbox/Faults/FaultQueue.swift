import NIOCore

/// The faults that wait for calls, first in, first out for each API.
struct FaultQueue: Sendable {
    /// Injections that can wait at an API at once.
    static let capacity = 1_000

    private struct Entry: Sendable {
        let fault: Fault
        var remaining: Int
    }

    private var entries: [SandboxEndpoint: CircularBuffer<Entry>] = [:]

    /// Adds a fault for `count` calls; false when too many wait already.
    mutating func add(_ fault: Fault, to endpoint: SandboxEndpoint, count: Int) -> Bool {
        var queue = entries[endpoint] ?? CircularBuffer()
        guard queue.count < Self.capacity else { return false }
        queue.append(Entry(fault: fault, remaining: count))
        entries[endpoint] = queue
        return true
    }

    /// The fault of the next call, nil when it is to behave.
    mutating func next(for endpoint: SandboxEndpoint) -> Fault? {
        guard let entry = entries[endpoint]?.first else { return nil }
        if entry.remaining > 1 {
            entries[endpoint]?[offset: 0].remaining -= 1
        } else {
            entries[endpoint]?.removeFirst()
        }
        return entry.fault
    }
}
