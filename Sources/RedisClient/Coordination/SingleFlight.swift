import Synchronization

/// Joins callers that want the same thing at the same time into one piece of work.
///
/// ```swift
/// let renewals = SingleFlight<String, Token>(timeLimit: .seconds(5))
/// let token = try await renewals.value(for: "app") { try await fetchToken() }
/// ```
///
/// The work runs in a task of its own, so that the caller who happened to be first may leave without ending it for
/// the others. Each caller leaves when its own task is cancelled; when the last one has left, the work is cancelled. Result and error
/// are shared by those who wait, and by nobody who comes later.
public final class SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// The work took longer than the time limit.
    public struct TimedOut: Error {}

    private let timeLimit: Duration
    private let table = Mutex(FlightTable<Key, Value>())

    /// Makes a table of work without any.
    ///
    /// - Parameter timeLimit: How long a piece of work may take, from its first caller on. Those who wait then get
    ///   ``TimedOut`` and the work is cancelled.
    public init(timeLimit: Duration) {
        self.timeLimit = timeLimit
    }

    /// Waits for the work on a key, and starts it when nobody has.
    ///
    /// - Parameters:
    ///   - key: What is wanted.
    ///   - work: How to get it; ignored when the work on the key is under way.
    /// - Returns: What the work returned.
    /// - Throws: What the work threw, ``TimedOut``, or `CancellationError` when the caller's task is cancelled.
    public func value(
        for key: Key, work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let number = table.withLock { $0.makeNumber() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                switch table.withLock({ $0.join(key, as: number, continuation) }) {
                case .waits: break
                case .starts(let flight): start(flight, for: key, work: work)
                case .alreadyLeft: continuation.resume(throwing: CancellationError())
                }
            }
        } onCancel: {
            let departure = table.withLock { $0.leave(key, number) }
            for task in departure?.tasks ?? [] { task.cancel() }
            departure?.continuation.resume(throwing: CancellationError())
        }
    }

    /// How many pieces of work are under way.
    var count: Int { table.withLock { $0.count } }

    /// How many callers wait for the work on a key.
    func waiterCount(for key: Key) -> Int { table.withLock { $0.waiterCount(for: key) } }

    private func start(_ flight: UInt64, for key: Key, work: @escaping @Sendable () async throws -> Value) {
        // Both tasks end each other, and both end when the last caller leaves: neither outlives the work.
        let tasks = [
            Task {
                do {
                    self.land(flight, for: key, with: .success(try await work()))
                } catch {
                    self.land(flight, for: key, with: .failure(error))
                }
            },
            Task {
                guard (try? await Task.sleep(for: self.timeLimit)) != nil else { return }
                self.land(flight, for: key, with: .failure(TimedOut()))
            },
        ]
        let isOver = table.withLock { !$0.attach(tasks, to: flight, for: key) }
        guard isOver else { return }
        for task in tasks { task.cancel() }
    }

    private func land(_ flight: UInt64, for key: Key, with result: Result<Value, any Error>) {
        // Removed before anyone is resumed: who asks after this starts anew.
        guard let landed = table.withLock({ $0.remove(flight, for: key) }) else { return }
        for task in landed.tasks { task.cancel() }
        for waiter in landed.waiters { waiter.resume(with: result) }
    }
}
