/// What the control plane does, for tests in the same process.
extension Sandbox {
    /// WeChat's opinion of a user.
    public enum Risk: String, Sendable, CaseIterable {
        /// Codes of this user are exchanged.
        case normal
        /// Codes of this user are refused with 40226 (WeChat Mini Program API, auth.code2Session).
        case high
    }

    /// Gives a user a login code, as `wx.login` does.
    ///
    /// A user is made on first sight.
    ///
    /// - Parameters:
    ///   - user: Any name of 1 to 128 characters. A user named `blocked` is a high risk from the start.
    ///   - appid: Whose code it is. Default: the sandbox's only app.
    ///   - risk: From now on, for this user in this app. Default: as it was.
    /// - Returns: 32 alphanumeric characters; good for one exchange and for 5 minutes of the sandbox's own time.
    /// - Throws: ``SandboxError`` `.invalidUser`, `.unknownApp` or `.appNeeded`.
    public func makeLoginCode(
        for user: String,
        appid: String? = nil,
        risk: Risk? = nil
    ) throws(SandboxError) -> String {
        let id = UserID(appid: try app(appid).appid, name: try Self.validName(user))
        return withState { $0.makeLoginCode(for: id, isHighRisk: risk.map { $0 == .high }) }
    }

    /// The openid of a user; the same in every sandbox, whether the user was seen or not.
    ///
    /// - Parameters:
    ///   - user: The name.
    ///   - appid: In which app. Default: the sandbox's only one.
    /// - Returns: 28 characters, the first an `o`.
    /// - Throws: ``SandboxError`` `.unknownApp` or `.appNeeded`.
    public func openID(of user: String, appid: String? = nil) throws(SandboxError) -> String {
        Identifiers.openID(of: user, in: try app(appid).appid)
    }

    /// The unionid of a user; nil when the app is bound to no Open Platform account.
    ///
    /// - Parameters:
    ///   - user: The name.
    ///   - appid: In which app. Default: the sandbox's only one.
    /// - Returns: 28 characters, the first an `o`.
    /// - Throws: ``SandboxError`` `.unknownApp` or `.appNeeded`.
    public func unionID(of user: String, appid: String? = nil) throws(SandboxError) -> String? {
        try app(appid).openPlatformAccount.map { Identifiers.unionID(of: user, in: $0) }
    }

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
        guard withState({ $0.faults.add(fault, to: endpoint, count: count) }) else {
            throw SandboxError(.tooManyFaults, "\(FaultQueue.capacity) faults wait already")
        }
    }

    /// Moves the sandbox's own clock on: codes and keys age.
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

    /// Forgets users, codes, faults and calls, and puts the clock back; the apps stay.
    public func reset() {
        withState { $0.reset() }
    }

    private static func validName(_ name: String) throws(SandboxError) -> String {
        guard (1...128).contains(name.count), name.utf8.count <= 1_024, !name.utf8.contains(0) else {
            throw SandboxError(.invalidUser, "user must be a name of 1 to 128 characters")
        }
        return name
    }
}
