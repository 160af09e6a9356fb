import NIOCore

/// How far a call has come, and who waits for it.
///
/// It has no part in the type of the connection, so that its fields are read without asking the runtime for their types.
struct OperationState {
    typealias Outcome = Result<SQLOutcome, SQLError>

    enum Phase {
        case waiting
        case running(Interrupter?)
        case finished(Outcome)
        case settled
    }

    var phase = Phase.waiting
    var isAbandoned = false
    var answer: Outcome?
    var caller: CheckedContinuation<Outcome, Never>?
    /// When it got its connection.
    var began = NIODeadline.distantPast
    /// When to report next that a connection is held too long.
    var reportAt: NIODeadline?

    /// Ends what has not started with an error, and returns the caller to give it to.
    mutating func refuse(_ error: SQLError) -> CheckedContinuation<Outcome, Never>? {
        guard case .waiting = phase else { return nil }
        phase = .settled
        return give(.failure(error))
    }

    /// Notes the answer if it is the first, and returns the caller to give it to, if it is there.
    mutating func give(_ outcome: Outcome) -> CheckedContinuation<Outcome, Never>? {
        guard answer == nil else { return nil }
        answer = outcome
        defer { caller = nil }
        return caller
    }
}
