/// Bad days, and days that pass.
extension Sandbox {
    /// Makes the next calls misbehave, after those for which a fault waits already.
    ///
    /// - Parameters:
    ///   - fault: How.
    ///   - endpoint: Which API. Default: code2Session.
    ///   - count: How many calls, 1 to 1,000,000. Default: 1.
    /// - Throws: ``SandboxError`` `.outOfRange` or `.tooManyFaults`.
    public func inject(
        _ fault: Fault,
        into endpoint: SandboxEndpoint = .code2Session,
        count: Int = 1
    ) throws(SandboxError) {
        guard (1...1_000_000).contains(count) else {
            throw SandboxError(.outOfRange, "count must be from 1 to 1000000")
        }
        guard fault.delay >= .zero, fault.delay <= .seconds(100) else {
            throw SandboxError(.outOfRange, "milliseconds must be from 0 to 100000")
        }
        guard fault.errcode.map({ $0 != 0 && abs($0) <= 10_000_000 }) ?? true else {
            throw SandboxError(.outOfRange, "errcode must be from -10000000 to 10000000, and not 0")
        }
        guard withState({ $0.faults.add(fault, to: endpoint, count: count) }) else {
            throw SandboxError(.tooManyFaults, "\(FaultQueue.capacity) faults wait already")
        }
    }

    /// Moves the sandbox's own clock on: codes, keys and tokens age.
    ///
    /// - Parameter step: Up to ten years.
    /// - Throws: ``SandboxError`` `.outOfRange`.
    public func advanceClock(by step: Duration) throws(SandboxError) {
        guard step >= .zero, step <= SandboxClock.longestStep else {
            let seconds = SandboxClock.longestStep.components.seconds
            throw SandboxError(.outOfRange, "advanceSeconds must be from 0 to \(seconds)")
        }
        withState { $0.clock.advance(by: step) }
    }

    /// Forgets users, codes, tokens, faults and calls, and puts the clock back; the apps are as they were at first.
    public func reset() {
        withState { $0.reset() }
    }
}
