import NIOCore
import Synchronization

/// What has come for one subscription and was not read yet, bounded in messages and bytes.
///
/// When a message has no place, the oldest give way, and the reader is told first thing how many: what it reads after
/// that is the newest there is.
final class SubscriptionBuffer: Sendable {
    typealias Outcome = Result<RedisSubscriptionEvent?, RedisError>
    typealias Reader = CheckedContinuation<Outcome, Never>

    fileprivate struct State {
        var events = CircularBuffer<RedisSubscriptionEvent>()
        var messages = 0
        var bytes = 0
        var dropped = 0
        var readers: [(number: UInt64, continuation: Reader)] = []
        var lastNumber: UInt64 = 0
        var end: Outcome?
    }

    private let state = Mutex(State())
    private let maximumMessages: Int
    private let maximumBytes: Int

    init(maximumMessages: Int, maximumBytes: Int) {
        self.maximumMessages = max(1, maximumMessages)
        self.maximumBytes = maximumBytes
    }

    /// Takes an event, and gives it to the reader if one waits.
    func add(_ event: RedisSubscriptionEvent) {
        let reader = state.withLock { state -> Reader? in
            guard state.end == nil else { return nil }
            guard state.readers.isEmpty else { return state.readers.removeFirst().continuation }
            state.append(event, maximumMessages: maximumMessages, maximumBytes: maximumBytes)
            return nil
        }
        reader?.resume(returning: .success(event))
    }

    /// Ends the subscription; what is in the buffer can still be read.
    func finish(throwing error: RedisError? = nil) {
        let outcome: Outcome = error.map { .failure($0) } ?? .success(nil)
        let readers = state.withLock { state in
            guard state.end == nil else { return [] as [Reader] }
            state.end = outcome
            defer { state.readers = [] }
            return state.readers.map(\.continuation)
        }
        for reader in readers { reader.resume(returning: outcome) }
    }

    /// Waits for the next event.
    ///
    /// - Returns: The event; `nil` at the end, and when the task is cancelled.
    /// - Throws: The ``RedisError`` the subscription ended with.
    func next() async throws(RedisError) -> RedisSubscriptionEvent? {
        if let outcome = state.withLock({ $0.take() }) { return try outcome.get() }
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Reader) in
                let outcome = state.withLock { state -> Outcome? in
                    if let outcome = state.take() { return outcome }
                    state.readers.append((number, continuation))
                    return nil
                }
                if let outcome {
                    continuation.resume(returning: outcome)
                } else if Task.isCancelled {
                    // The handler may have run before there was anyone to take out.
                    stopReading(number)
                }
            }
        } onCancel: {
            stopReading(number)
        }
        return try outcome.get()
    }

    /// How many wait for an event.
    var readerCount: Int { state.withLock { $0.readers.count } }

    private func stopReading(_ number: UInt64) {
        let reader = state.withLock { state -> Reader? in
            guard let index = state.readers.firstIndex(where: { $0.number == number }) else { return nil }
            return state.readers.remove(at: index).continuation
        }
        reader?.resume(returning: .success(nil))
    }
}

extension SubscriptionBuffer.State {
    /// Takes what is to be read next; `nil` while there is nothing.
    mutating func take() -> SubscriptionBuffer.Outcome? {
        if dropped > 0 {
            defer { dropped = 0 }
            return .success(.dropped(dropped))
        }
        guard let event = events.popFirst() else { return end }
        forget(event)
        return .success(event)
    }

    mutating func append(_ event: RedisSubscriptionEvent, maximumMessages: Int, maximumBytes: Int) {
        // Interruptions without a message between them are one: a lost connection fills no buffer.
        if event == .interrupted, events.last == .resumed, events.dropLast().last == .interrupted {
            events.removeLast()
            return
        }
        events.append(event)
        guard case .message(let message) = event else { return }
        messages += 1
        bytes += message.byteCount
        while messages > maximumMessages || bytes > maximumBytes, let oldest = events.popFirst() {
            if forget(oldest) { dropped += 1 }
        }
    }

    /// Counts an event out; answers whether it is a message.
    @discardableResult
    private mutating func forget(_ event: RedisSubscriptionEvent) -> Bool {
        guard case .message(let message) = event else { return false }
        messages -= 1
        bytes -= message.byteCount
        return true
    }
}
