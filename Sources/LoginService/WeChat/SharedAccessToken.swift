import FoundationEssentials
import Logging
import RedisClient
import Synchronization
import WeChatAPI

/// The access token of a mini program, which all nodes share through Redis, encrypted.
///
///     {wechat-login:access-token:<appid>}:value    and :lock and :fence, see ``RedisClient/SharedValue``
///
/// One node at a time renews it, in the five minutes in which WeChat takes the old one beside the new one. When WeChat
/// cannot or will not give a token, each node asks again only after a pause.
final class SharedAccessToken: AccessTokenSource {
    private struct Handed {
        /// What a token was in Redis.
        var sealed: (token: AccessToken, text: String)?
        /// The last one that WeChat refused, what it was in Redis, and when that was first heard of.
        var refused: (token: AccessToken, text: String, at: ContinuousClock.Instant)?
    }

    private static let purpose = "access-token"
    /// For how long a token that WeChat gave again is not asked for anew, whatever it says of the token.
    private static let refusalWindow = Duration.seconds(10)

    private let appID: String
    private let keys: SecretKeys
    private let value: SharedValue
    private let handed = Mutex(Handed())

    /// - Parameters:
    ///   - client: Asks WeChat.
    ///   - appID: The mini program.
    ///   - redis: Where the token is shared.
    ///   - keys: Encrypt the token.
    ///   - breaker: Remembers for all calls of the mini program that WeChat refuses it.
    ///   - logger: Gets an error a minute at most while WeChat gives this service no token. Default: none.
    init(
        client: WeChatClient, appID: String, redis: RedisClient, keys: SecretKeys, breaker: WeChatBreaker,
        logger: Logger? = nil
    ) {
        // Remembers for a while that there is no token to be had, which says nothing of logins: the list of addresses
        // and the freezing of a secret are about tokens only.
        let pauses = WeChatBreaker(appID: appID, logger: logger)
        self.appID = appID
        self.keys = keys
        var limits = SharedValue.Limits()
        // Both fit into a request, with the call that the token is for.
        limits.renewal = .seconds(4)
        limits.wait = .seconds(4)
        // Before that, WeChat gives the old token again.
        limits.renewBefore = AccessTokenGrant.overlap - .seconds(.random(in: 20...80))
        value = SharedValue(redis: redis, name: "wechat-login:access-token:\(appID)", limits: limits) {
            let grant = try await breaker.run(opening: Self.condemnsProgram) { () async throws(WeChatError) in
                try await pauses.run(
                    pause: Self.pause, opening: { $0.code == .misconfigured && !Self.condemnsProgram($0) }
                ) { () async throws(WeChatError) in
                    try await client.stableAccessToken()
                }
            }
            let sealed = try keys.seal(grant.token.rawValue, purpose: Self.purpose, context: appID)
            return SharedValue.Renewal(sealed, lifetime: grant.lifetime)
        }
    }

    /// Whether logins will be refused as well: the AppID or the AppSecret is wrong or missing.
    private static func condemnsProgram(_ error: WeChatError) -> Bool {
        [40_001, 40_013, 40_125, 41_002, 41_004].contains(error.errcode)
    }

    private static func pause(after error: WeChatError) -> Duration? {
        switch error.code {
        case .quotaExceeded: .seconds(30)
        case .shutdown: nil
        default: .seconds(1)
        }
    }

    func accessToken() async throws(WeChatError) -> AccessToken {
        do {
            let sealed = try await value.value()
            if let token = open(sealed) { return token }
            // Of a secret key that is no longer set.
            try await value.invalidate(sealed)
            guard let token = open(try await value.value()) else { throw UnreadableToken() }
            return token
        } catch let error as WeChatError {
            throw error
        } catch {
            throw WeChatError(.noAccessToken, underlying: Self.failure(of: error))
        }
    }

    private struct UnreadableToken: Error {}

    private static func failure(of error: any Error) -> Failure {
        switch error {
        case let failure as Failure: failure
        case let error as RedisError: .sessionStoreUnavailable(error)
        case is SharedValue.TimedOut, is SingleFlight<String, String>.TimedOut, is CancellationError:
            Failure(WeChatError(.timeout, underlying: error))
        default: .internalFault(error)
        }
    }

    private func open(_ sealed: String) -> AccessToken? {
        guard let text = keys.open(sealed, purpose: Self.purpose, context: appID),
            let token = AccessToken(String(decoding: text, as: UTF8.self))
        else { return nil }
        handed.withLock { $0.sealed = (token, sealed) }
        return token
    }

    func discard(_ token: AccessToken) async throws(WeChatError) {
        let now = ContinuousClock.now
        let sealed: String? = handed.withLock { handed in
            guard let sealed = handed.sealed, sealed.token == token else { return nil }
            if let refused = handed.refused, refused.token == token {
                // Other calls that were refused with it: whoever comes first removes it, and all wait for that.
                if refused.text == sealed.text { return sealed.text }
                if now - refused.at < Self.refusalWindow { return nil }
            }
            handed.refused = (token, sealed.text, now)
            return sealed.text
        }
        guard let sealed else { return }
        do {
            // Nothing happens when another node has renewed it.
            try await value.invalidate(sealed)
        } catch {
            throw WeChatError(.noAccessToken, underlying: Failure.sessionStoreUnavailable(error))
        }
    }
}
