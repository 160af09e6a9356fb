import FoundationEssentials

/// How often an app may call an API.
public struct SandboxQuota: Hashable, Sendable {
    /// Calls in a minute, after which WeChat answers 45011; nil for any number.
    public var perMinute: Int?
    /// Calls in a day of Beijing's, after which WeChat answers 45009; nil for any number.
    public var perDay: Int?

    /// Creates a quota.
    public init(perMinute: Int? = nil, perDay: Int? = nil) {
        self.perMinute = perMinute
        self.perDay = perDay
    }
}

extension SandboxEndpoint {
    /// What WeChat documents, or what is known of it: the 2000 of `/cgi-bin/token` are from SDKs' issues.
    ///
    /// code2Session has a quota for each user instead.
    var defaultQuota: SandboxQuota {
        switch self {
        case .accessToken: SandboxQuota(perDay: 2_000)
        case .stableAccessToken: SandboxQuota(perMinute: 10_000, perDay: 500_000)
        case .resetSessionKey: SandboxQuota(perMinute: 60_000)
        case .checkContent: SandboxQuota(perMinute: 4_000, perDay: 2_000_000)
        case .code2Session, .componentCode2Session, .phoneNumber, .checkSessionKey, .checkEncryptedData,
            .sendSubscribeMessage:
            SandboxQuota()
        }
    }
}

/// What an app has had of a quota.
struct QuotaUse: Sendable {
    /// Whose use of what.
    struct Key: Hashable, Sendable {
        let appid: String
        let endpoint: SandboxEndpoint
    }

    private var minute = 0
    private var callsOfMinute = 0
    private var day = 0
    private var callsOfDay = 0

    /// Counts a call.
    ///
    /// - Throws: 45011 or 45009 when the quota is spent; the call does not count then.
    mutating func spend(_ quota: SandboxQuota, at now: Date) throws(Refusal) {
        let (thisMinute, today) = (SandboxClock.minute(of: now), SandboxClock.day(of: now))
        if thisMinute != minute { (minute, callsOfMinute) = (thisMinute, 0) }
        if today != day { (day, callsOfDay) = (today, 0) }
        if let perDay = quota.perDay, callsOfDay >= perDay { throw .dayQuotaSpent }
        if let perMinute = quota.perMinute, callsOfMinute >= perMinute { throw .tooManyCalls }
        callsOfMinute += 1
        callsOfDay += 1
    }
}

extension SandboxState {
    mutating func spendQuota(of endpoint: SandboxEndpoint, in app: SandboxApp) throws(Refusal) {
        let quota = quotas[endpoint] ?? endpoint.defaultQuota
        try quotaUses[QuotaUse.Key(appid: app.appid, endpoint: endpoint), default: QuotaUse()]
            .spend(quota, at: clock.now)
    }
}
