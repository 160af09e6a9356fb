import NIOCore
import Synchronization

/// One call: from its caller's wait, through its work on a connection, to its result.
///
/// The caller gets exactly one answer: the result, or the reason it was abandoned, whichever comes first.
final class SQLOperation<Driver: SQLDriver>: Sendable {
    typealias Outcome = OperationState.Outcome
    typealias Body = @Sendable (Driver.Connection, @escaping () -> Bool) -> Outcome

    let plan: OperationPlan
    private let metrics: DatabaseMetrics?
    private let body: Body
    private let state = Mutex(OperationState())

    init(_ plan: OperationPlan, metrics: DatabaseMetrics?, _ body: @escaping Body) {
        self.plan = plan
        self.metrics = metrics
        self.body = body
    }

    /// Takes the caller in; returns false, after answering, if the call was abandoned before.
    func install(_ caller: CheckedContinuation<Outcome, Never>) -> Bool {
        let answer = state.withLock { state in
            if state.answer == nil { state.caller = caller }
            return state.answer
        }
        guard let answer else { return true }
        caller.resume(returning: answer)
        return false
    }

    /// Answers the caller with an error at once and interrupts the work.
    ///
    /// - Returns: Whether the work had not started, and must be taken from the queue.
    func abandon(_ kind: SQLError.Kind, _ message: String) -> Bool {
        let (caller, error, wasWaiting) = state.withLock { state in
            var wasWaiting = false
            switch state.phase {
            case .waiting:
                wasWaiting = true
                state.phase = .settled
            case .running(let interrupter):
                state.isAbandoned = true
                // Under the lock, so that the interrupt cannot hit the connection's next operation.
                interrupter?.fire()
            case .finished, .settled:
                return (nil as CheckedContinuation<Outcome, Never>?, SQLError.abandoned, false)
            }
            let error = SQLError(
                kind, message: message, isSafeToRetry: wasWaiting && kind != .cancelled,
                isAmbiguous: !wasWaiting && plan.access == .write)
            return (state.give(.failure(error)), error, wasWaiting)
        }
        caller?.resume(returning: .failure(error))
        return wasWaiting
    }

    /// What the timer finds: whether the wait, the whole call, or the use of a connection has lasted too long.
    ///
    /// - Returns: When to look again, if the call goes on, and how long it has held its connection, if that is to be
    ///   reported.
    func timeIsUp(at now: NIODeadline) -> (next: NIODeadline?, held: Duration?) {
        let isOverdue = now >= plan.deadline
        if isOverdue { _ = abandon(.timeout, "the deadline passed") }
        let (waiter, reportAt, held) = state.withLock { state in
            switch state.phase {
            // Under the same lock: a connection that comes a moment later must not have a call without an alarm.
            case .waiting:
                let waiter = state.refuse(.waitedTooLong)
                return (waiter, nil as NIODeadline?, nil as Duration?)
            case .finished, .settled: return (nil, nil, nil)
            case .running:
                guard let due = state.reportAt, now >= due else { return (nil, state.reportAt, nil) }
                let held = Duration.nanoseconds((due - state.began).nanoseconds)
                state.reportAt = due + .init(held)
                return (nil, state.reportAt, held)
            }
        }
        waiter?.resume(returning: .failure(.waitedTooLong))
        guard let reportAt else { return (nil, held) }
        return (isOverdue ? reportAt : min(plan.deadline, reportAt), held)
    }

    /// Whether it neither waits nor holds a connection.
    var isOver: Bool {
        state.withLock { state in
            switch state.phase {
            case .finished, .settled: true
            case .waiting, .running: false
            }
        }
    }

    /// Ends work that did not start.
    func refuse(_ error: SQLError) {
        state.withLock { $0.refuse(error) }?.resume(returning: .failure(error))
    }

    /// Does the work on the connection's thread and keeps the result.
    func execute(on holder: inout ConnectionHolder<Driver>) {
        let began = NIODeadline.now()
        let starts = state.withLock { state in
            guard case .waiting = state.phase else { return false }
            state.phase = .running(nil)
            state.began = began
            state.reportAt = began + .init(plan.heldTooLong)
            return true
        }
        guard starts else { return }
        metrics?.began(at: began, waitingSince: plan.start)
        defer { metrics?.ended(plan.name, since: began) }
        var outcome = attempt(on: &holder)
        // A connection that died at rest may show it only in use.
        if case .failure(let error) = outcome, mayRepeat(after: error), !isAbandoned { outcome = attempt(on: &holder) }
        state.withLock { $0.phase = .finished(outcome) }
    }

    private func mayRepeat(after error: SQLError) -> Bool {
        error.kind == .connectionLost && plan.isOneStatement && (plan.access == .read || error.isSafeToRetry)
    }

    private func attempt(on holder: inout ConnectionHolder<Driver>) -> Outcome {
        let connection: Driver.Connection
        do throws(SQLError) {
            connection = try holder.ready(patience: plan.patience)
        } catch {
            return .failure(error)
        }
        connection.prepare(lockTimeout: plan.lockTimeout(at: .now()))
        let proceeds = state.withLock { state in
            if state.isAbandoned { return false }
            state.phase = .running(connection.interrupter)
            return true
        }
        let outcome = proceeds ? body(connection) { self.isAbandoned } : .failure(.abandoned)
        let wasInterrupted = state.withLock { state in
            state.phase = .running(nil)
            return state.isAbandoned
        }
        holder.settle(wasInterrupted: wasInterrupted)
        return outcome
    }

    private var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    /// Gives the result to the caller, when the connection is free for others again.
    func settle() {
        let (caller, outcome) = state.withLock { state -> (CheckedContinuation<Outcome, Never>?, Outcome?) in
            guard case .finished(let outcome) = state.phase else { return (nil, nil) }
            state.phase = .settled
            return (state.give(outcome), outcome)
        }
        if let caller, let outcome { caller.resume(returning: outcome) }
    }
}
