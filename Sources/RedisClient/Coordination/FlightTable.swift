/// The pieces of work under way and who waits for each: what ``SingleFlight`` guards with its lock.
struct FlightTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    typealias Continuation = CheckedContinuation<Value, any Error>

    enum Joining {
        /// The work is under way.
        case waits
        /// Nobody has started it: the caller does, under this number.
        case starts(flight: UInt64)
        /// The caller was cancelled before it came here.
        case alreadyLeft
    }

    private struct Flight {
        let number: UInt64
        var tasks: [Task<Void, Never>] = []
        var waiters: [UInt64: Continuation] = [:]
    }

    private var flights: [Key: Flight] = [:]
    private var leftEarly: Set<UInt64> = []
    private var lastNumber: UInt64 = 0

    var count: Int { flights.count }

    func waiterCount(for key: Key) -> Int { flights[key]?.waiters.count ?? 0 }

    mutating func makeNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    mutating func join(_ key: Key, as waiter: UInt64, _ continuation: Continuation) -> Joining {
        if leftEarly.remove(waiter) != nil { return .alreadyLeft }
        guard flights[key] == nil else {
            flights[key]?.waiters[waiter] = continuation
            return .waits
        }
        let number = makeNumber()
        flights[key] = Flight(number: number, waiters: [waiter: continuation])
        return .starts(flight: number)
    }

    /// Notes the tasks to be cancelled at the end; answers whether the flight is still under way.
    mutating func attach(_ tasks: [Task<Void, Never>], to number: UInt64, for key: Key) -> Bool {
        guard flights[key]?.number == number else { return false }
        flights[key]?.tasks = tasks
        return true
    }

    /// Takes a waiter out, and with the last one the flight, whose tasks are to be cancelled.
    mutating func leave(_ key: Key, _ waiter: UInt64) -> (continuation: Continuation, tasks: [Task<Void, Never>])? {
        guard let continuation = flights[key]?.waiters.removeValue(forKey: waiter) else {
            leftEarly.insert(waiter)
            return nil
        }
        guard let flight = flights[key], flight.waiters.isEmpty else { return (continuation, []) }
        flights[key] = nil
        return (continuation, flight.tasks)
    }

    /// Takes a flight out, if it is still under way.
    mutating func remove(_ number: UInt64, for key: Key) -> (waiters: [Continuation], tasks: [Task<Void, Never>])? {
        guard let flight = flights[key], flight.number == number else { return nil }
        flights[key] = nil
        return (Array(flight.waiters.values), flight.tasks)
    }
}
