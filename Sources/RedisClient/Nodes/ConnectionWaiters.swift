import NIOCore

/// The callers that wait for a connection being made; each leaves at its own deadline.
struct ConnectionWaiters {
    /// Unsafe for the same reason as `ReplyContinuation`: a waiter is taken out before it is resumed.
    typealias Continuation = UnsafeContinuation<Result<Void, RedisError>, Never>

    private var waiting: [UInt64: (continuation: Continuation, timer: Scheduled<Void>)] = [:]
    private var lastNumber: UInt64 = 0

    var count: Int { waiting.count }

    /// The numbers of those who wait, in the order of their coming.
    var numbers: [UInt64] { waiting.keys.sorted() }

    mutating func makeNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    mutating func add(_ number: UInt64, continuation: Continuation, timer: Scheduled<Void>) {
        waiting[number] = (continuation, timer)
    }

    mutating func take(_ number: UInt64) -> Continuation? {
        guard let waiter = waiting.removeValue(forKey: number) else { return nil }
        waiter.timer.cancel()
        return waiter.continuation
    }

    /// Takes everyone out, to be resumed outside of a lock.
    mutating func takeAll() -> Self {
        var all = Self()
        swap(&all.waiting, &waiting)
        return all
    }

    mutating func resumeAll(_ result: Result<Void, RedisError>) {
        let resumed = waiting.sorted { $0.key < $1.key }
        waiting = [:]
        for (_, waiter) in resumed {
            waiter.timer.cancel()
            waiter.continuation.resume(returning: result)
        }
    }
}
