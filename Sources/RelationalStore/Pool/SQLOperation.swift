import NIOCore
import Synchronization

/// One call: from its caller's wait, through its work on a connection, to its result.
///
/// The caller gets exactly one answer: the result, or the reason it was abandoned, whichever comes first.
final class SQLOperation<Driver: SQLDriver, Value: Sendable>: PoolJob {
    typealias Outcome = Result<Value, SQLError>
    typealias Body = @Sendable (Driver.Connection, @escaping () -> Bool) -> Outcome

    private enum Phase {
        case waiting
        case running(Interrupter?)
        case finished(Outcome)
        case settled
    }

    private struct State {
        var phase = Phase.waiting
        var isAbandoned = false
        var answer: Outcome?
        var caller: CheckedContinuation<Outcome, Never>?

        /// Notes the answer if it is the first, and returns the caller to give it to, if it is there.
        mutating func give(_ outcome: Outcome) -> CheckedContinuation<Outcome, Never>? {
            guard answer == nil else { return nil }
            answer = outcome
            defer { caller = nil }
            return caller
        }
    }

    let plan: OperationPlan
    private let body: Body
    private let state = Mutex(State())

    init(_ plan: OperationPlan, _ body: @escaping Body) {
        self.plan = plan
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

    /// What the timer finds: whether the wait, or the whole call, has lasted too long.
    ///
    /// - Returns: When to look again, if the call goes on.
    func timeIsUp(at now: NIODeadline) -> NIODeadline? {
        if now >= plan.deadline {
            _ = abandon(.timeout, "the deadline passed")
            return nil
        }
        let isWaiting = state.withLock { state in
            if case .waiting = state.phase { true } else { false }
        }
        if isWaiting { refuse(.waitedTooLong) }
        return isWaiting ? nil : plan.deadline
    }

    func refuse(_ error: SQLError) {
        let caller = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            guard case .waiting = state.phase else { return nil }
            state.phase = .settled
            return state.give(.failure(error))
        }
        caller?.resume(returning: .failure(error))
    }

    func execute(on holder: inout ConnectionHolder<Driver>) {
        let starts = state.withLock { state in
            guard case .waiting = state.phase else { return false }
            state.phase = .running(nil)
            return true
        }
        guard starts else { return }
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

    func settle() {
        let (caller, outcome) = state.withLock { state -> (CheckedContinuation<Outcome, Never>?, Outcome?) in
            guard case .finished(let outcome) = state.phase else { return (nil, nil) }
            state.phase = .settled
            return (state.give(outcome), outcome)
        }
        if let caller, let outcome { caller.resume(returning: outcome) }
    }
}
