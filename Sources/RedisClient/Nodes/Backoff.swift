import NIOCore

/// Decides how long to pause before the next connection.
///
/// Full jitter: random between zero and a bound that doubles with each failure, up to a cap. The bound starts again
/// only after a connection has lived long enough, so a server that takes connections and drops them is left alone.
struct Backoff {
    let base: TimeAmount
    let cap: TimeAmount
    let resetAfter: TimeAmount
    private var failures = 0

    init(_ configuration: RedisConfiguration) {
        base = TimeAmount(configuration.backoffBase)
        cap = TimeAmount(configuration.backoffCap)
        resetAfter = TimeAmount(configuration.backoffResetAfter)
    }

    /// Whether there was a pause since a connection lived long enough.
    var hasFailed: Bool { failures > 0 }

    /// The bound of the next pause.
    var bound: TimeAmount {
        let doubled = base.nanoseconds.multipliedReportingOverflow(by: 1 << min(failures, 40))
        return doubled.overflow ? cap : min(cap, .nanoseconds(doubled.partialValue))
    }

    /// Notes the end of a connection that was in use.
    mutating func connectionEnded(afterLiving life: TimeAmount) {
        if life >= resetAfter { failures = 0 }
    }

    /// Picks the pause before the next attempt.
    ///
    /// - Parameter isRefusal: Whether the server refused the password. Asking again soon could lock the user out, so
    ///   the pause is the cap itself.
    /// - Returns: Zero up to the cap.
    mutating func nextPause(isRefusal: Bool) -> TimeAmount {
        if isRefusal { return cap }
        let pause = TimeAmount.nanoseconds(.random(in: 0...max(0, bound.nanoseconds)))
        failures += 1
        return pause
    }
}
