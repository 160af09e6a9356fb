import FoundationEssentials
import NIOCore

/// All that the sandbox remembers: a plain value, changed under the lock of ``Sandbox``.
struct SandboxState: Sendable {
    /// As many as are remembered; the oldest give way.
    enum Capacity {
        static let codes = 200_000
        static let users = 100_000
        static let calls = 10_000
    }

    let apps: [String: SandboxApp]
    let minimumKeyAge: Duration
    var clock: SandboxClock
    var codes = RecentEntries<String, LoginCode>(capacity: Capacity.codes)
    var users = RecentEntries<UserID, SandboxUser>(capacity: Capacity.users)
    var faults = FaultQueue()
    var successes = 0
    private(set) var calls = CircularBuffer<SandboxCall>()

    init(apps: [String: SandboxApp], minimumKeyAge: Duration, clock: SandboxClock) {
        self.apps = apps
        self.minimumKeyAge = minimumKeyAge
        self.clock = clock
    }

    /// What `wx.login` does on the user's phone.
    ///
    /// - Parameters:
    ///   - user: Made on first sight.
    ///   - isHighRisk: Nil leaves the user as they are.
    /// - Returns: The code.
    mutating func makeLoginCode(for user: UserID, isHighRisk: Bool?) -> String {
        let now = clock.now
        codes.removeOldest { $0.isExpired(at: now) }
        var record = users[user] ?? SandboxUser(named: user.name, at: now)
        record.refreshSessionKey(at: now, minimumAge: minimumKeyAge)
        if let isHighRisk { record.isHighRisk = isHighRisk }
        users.set(record, for: user)
        let code = Identifiers.makeLoginCode()
        codes.set(LoginCode(user: user, issuedAt: now), for: code)
        return code
    }

    mutating func record(_ call: SandboxCall) {
        if calls.count == Capacity.calls { calls.removeFirst() }
        calls.append(call)
    }

    /// Forgets everything and goes back to real time; the apps stay.
    mutating func reset() {
        var clock = clock
        clock.reset()
        self = SandboxState(apps: apps, minimumKeyAge: minimumKeyAge, clock: clock)
    }
}
