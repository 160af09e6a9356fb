import FoundationEssentials
import NIOCore

/// All that the sandbox remembers: a plain value, changed under the lock of ``Sandbox``.
struct SandboxState: Sendable {
    /// As many as are remembered; the oldest give way.
    enum Capacity {
        static let codes = 200_000
        static let users = 100_000
        static let calls = 10_000
        static let tokens = 50_000
        static let encryptedPhones = 100_000
        static let templates = 10_000
        static let componentTokens = 10_000
    }

    private let initialApps: [String: SandboxApp]
    let minimumKeyAge: Duration
    var clock: SandboxClock
    var apps: [String: SandboxApp]
    var codes = RecentEntries<String, LoginCode>(capacity: Capacity.codes)
    var phoneCodes = RecentEntries<String, PhoneCode>(capacity: Capacity.codes)
    private(set) var users = RecentEntries<UserID, SandboxUser>(capacity: Capacity.users)
    private(set) var openIDs = RecentEntries<String, UserID>(capacity: Capacity.users)
    /// By the SHA-256 of the encrypted data.
    var encryptedPhones = RecentEntries<String, EncryptedPhone>(capacity: Capacity.encryptedPhones)
    var templates = RecentEntries<String, Bool>(capacity: Capacity.templates)
    var tokens = RecentEntries<String, AccessToken>(capacity: Capacity.tokens)
    /// Two for each app at most, as the entries of the next two are for each app and API.
    var currentTokens: [AccessToken.Slot: String] = [:]
    var forcedRefreshes: [String: ForcedRefreshes] = [:]
    var quotaUses: [QuotaUse.Key: QuotaUse] = [:]
    /// What was set in place of the default.
    var quotas: [SandboxEndpoint: SandboxQuota] = [:]
    var componentTokens = RecentEntries<String, ComponentToken>(capacity: Capacity.componentTokens)
    var faults = FaultQueue()
    var successes = 0
    private(set) var calls = CircularBuffer<SandboxCall>()

    init(apps: [String: SandboxApp], minimumKeyAge: Duration, clock: SandboxClock) {
        initialApps = apps
        self.apps = apps
        self.minimumKeyAge = minimumKeyAge
        self.clock = clock
    }

    /// A user; one who was never seen is made, and forgotten unless kept.
    func user(_ id: UserID) -> SandboxUser {
        users[id] ?? SandboxUser(named: id.name, at: clock.now)
    }

    mutating func keep(_ user: SandboxUser, as id: UserID) {
        users.set(user, for: id)
        openIDs.set(id, for: Identifiers.openID(of: id))
    }

    /// Changes a user, made on first sight.
    mutating func change<Value>(_ id: UserID, _ body: (inout SandboxUser, _ now: Date) -> Value) -> Value {
        var user = user(id)
        let value = body(&user, clock.now)
        keep(user, as: id)
        return value
    }

    /// What `wx.login` does on the user's phone.
    ///
    /// - Parameters:
    ///   - id: Whose code it is; made on first sight.
    ///   - isHighRisk: Nil leaves the user as they are.
    /// - Returns: The code.
    mutating func makeLoginCode(for id: UserID, isHighRisk: Bool?) -> String {
        let now = clock.now
        codes.removeOldest { $0.isExpired(at: now) }
        var user = user(id)
        user.refreshSessionKey(at: now, minimumAge: minimumKeyAge)
        user.lastVisit = now
        if let isHighRisk { user.isHighRisk = isHighRisk }
        keep(user, as: id)
        let code = Identifiers.makeLoginCode()
        codes.set(LoginCode(user: id, issuedAt: now), for: code)
        return code
    }

    /// What the button for the phone number does on the user's phone.
    mutating func makePhoneCode(for id: UserID, _ phone: Phone) -> String {
        let now = clock.now
        phoneCodes.removeOldest { $0.isExpired(at: now) }
        keep(user(id), as: id)
        let code = Identifiers.makePhoneCode()
        phoneCodes.set(PhoneCode(user: id, phone: phone, issuedAt: now), for: code)
        return code
    }

    mutating func record(_ call: SandboxCall) {
        if calls.count == Capacity.calls { calls.removeFirst() }
        calls.append(call)
    }

    /// Forgets everything and goes back to real time; the apps are as they were at first.
    mutating func reset() {
        var clock = clock
        clock.reset()
        self = SandboxState(apps: initialApps, minimumKeyAge: minimumKeyAge, clock: clock)
    }
}
