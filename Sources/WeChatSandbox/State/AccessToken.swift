import FoundationEssentials
import KoaKit

/// A token that speaks for an app.
struct AccessToken: Sendable {
    /// Which API made it; the two know nothing of each other.
    enum Kind: Hashable, Sendable {
        case legacy
        case stable
    }

    /// An app's place for a current token.
    struct Slot: Hashable, Sendable {
        let appid: String
        let kind: Kind
    }

    /// How long a token lives, in seconds.
    static let timeToLive: TimeInterval = 7_200
    /// How long a token lives on when another takes its place, in seconds (WeChat Mini Program API,
    /// auth.getAccessToken).
    static let overlap: TimeInterval = 300

    let text = Identifiers.makeAccessToken()
    let appid: String
    private var expiresAt: Date
    /// When another token has taken its place for good; nil while none has.
    private var retiredAt: Date?

    init(appid: String, at now: Date) {
        self.appid = appid
        expiresAt = now.addingTimeInterval(Self.timeToLive)
    }

    /// Whether a text looks like a token at all.
    static func isShape(of text: String) -> Bool {
        text.utf8.count >= 20 && text.utf8.allSatisfy(Identifiers.isBase64URL)
    }

    /// Seconds until it expires.
    func remaining(at now: Date) -> TimeInterval {
        expiresAt.timeIntervalSince(now)
    }

    /// Why the token does not do any more; nil while it does.
    func refusal(at now: Date) -> Refusal? {
        if now >= expiresAt { return .expiredAccessToken }
        if let retiredAt, now >= retiredAt { return .invalidCredential }
        return nil
    }

    /// Another token takes its place.
    mutating func retire(at time: Date) {
        retiredAt = min(time, retiredAt ?? time)
    }

    mutating func expire(at now: Date) {
        expiresAt = min(expiresAt, now)
    }

    /// What the APIs that make tokens answer.
    func reply(at now: Date) -> JSONValue {
        ["access_token": .string(text), "expires_in": .integer(Int64(remaining(at: now)))]
    }
}

extension SandboxState {
    /// The newest token of an app; nil when it never had one.
    func currentToken(_ kind: AccessToken.Kind, of app: SandboxApp) -> AccessToken? {
        currentTokens[AccessToken.Slot(appid: app.appid, kind: kind)].flatMap { tokens[$0] }
    }

    /// Makes a new token; the old one lives on for `overlap` seconds.
    mutating func issueToken(
        _ kind: AccessToken.Kind,
        to app: SandboxApp,
        overlap: TimeInterval
    ) -> AccessToken {
        let now = clock.now
        if var old = currentToken(kind, of: app) {
            old.retire(at: now.addingTimeInterval(overlap))
            tokens.set(old, for: old.text)
        }
        let token = AccessToken(appid: app.appid, at: now)
        tokens.set(token, for: token.text)
        currentTokens[AccessToken.Slot(appid: app.appid, kind: kind)] = token.text
        return token
    }

    /// Ends the current tokens of an app before their time.
    mutating func endTokens(of app: SandboxApp, _ end: SandboxTokenEnd) {
        let now = clock.now
        for kind in [AccessToken.Kind.legacy, .stable] {
            guard var token = currentToken(kind, of: app) else { continue }
            switch end {
            case .expired: token.expire(at: now)
            case .revoked: token.retire(at: now)
            }
            tokens.set(token, for: token.text)
        }
    }
}
