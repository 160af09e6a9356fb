/// Those that follow the list of a cluster's primaries.
struct PrimaryObservers {
    typealias Continuation = AsyncStream<[RedisConfiguration.Endpoint]>.Continuation

    private var observers: [UInt64: Continuation] = [:]
    private var lastNumber: UInt64 = 0
    private var isFinished = false

    /// Adds one, that hears the list as it is now first.
    mutating func add(_ observer: Continuation, hearing primaries: [RedisConfiguration.Endpoint]?) -> UInt64 {
        lastNumber += 1
        if let primaries { observer.yield(primaries) }
        if isFinished { observer.finish() } else { observers[lastNumber] = observer }
        return lastNumber
    }

    mutating func remove(_ number: UInt64) {
        observers[number] = nil
    }

    func tell(_ primaries: [RedisConfiguration.Endpoint]) {
        for observer in observers.values { observer.yield(primaries) }
    }

    /// Takes everyone out; they are finished outside of a lock, as a stream that ends calls back.
    mutating func takeAll() -> [Continuation] {
        isFinished = true
        defer { observers = [:] }
        return Array(observers.values)
    }
}
