import NIOCore

/// What a call is, and its limits.
struct OperationPlan: Sendable {
    /// What metrics and logs call it.
    let name: String
    let access: StatementAccess
    /// Whether it is one statement, which the pool may repeat if it was not executed; reading is always repeatable.
    let isOneStatement: Bool
    let start: NIODeadline
    /// When the call fails if it still waits for a connection.
    let waitLimit: NIODeadline
    /// When the call fails.
    let deadline: NIODeadline
    /// How long the server may stay silent.
    let patience: Duration
    /// How long a statement may wait for locks.
    let lockTimeout: Duration
    /// How long it may keep a connection before that is reported.
    let heldTooLong: Duration

    /// A tenth of the remaining time is left for the answer, so that a lock shows as `.busy`, not as `.timeout`.
    func lockTimeout(at now: NIODeadline) -> Duration {
        min(lockTimeout, max(.zero, .nanoseconds((deadline - now).nanoseconds) * 0.9))
    }
}
