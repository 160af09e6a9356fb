import NIOCore

/// Keeps a pool from dialling a server that is down with every call: one tries, the others fail at once.
struct ConnectBreaker {
    private var failures = 0
    private var closedUntil = NIODeadline.distantPast
    private var isProbing = false
    private var lastError: SQLError?

    /// Allows an attempt, which must be reported with ``succeeded()`` or ``failed(_:at:jitter:)``.
    ///
    /// - Throws: The last failure, marked as safe to retry, while attempts pause.
    mutating func attempt(at now: NIODeadline) throws(SQLError) {
        guard let lastError else { return }
        if now < closedUntil || isProbing { throw lastError }
        isProbing = true
    }

    mutating func succeeded() {
        self = ConnectBreaker()
    }

    /// Notes a failure; the jitter, 0..<1, spreads the attempts of many nodes.
    mutating func failed(_ error: SQLError, at now: NIODeadline, jitter: Double) {
        failures += 1
        isProbing = false
        lastError = error
        // 50 ms, doubled for each failure up to 800 ms, of which a random half is taken off.
        let pause = 50.0 * Double(1 << min(failures - 1, 4)) * (1 - jitter / 2)
        closedUntil = now + .microseconds(Int64(pause * 1000))
    }
}
