import Logging
import RedisClient
import WeChatAPI

/// A mini program whose users log in here.
struct MiniProgram: Sendable {
    let appID: String
    /// Whether it is the one that is meant where none is named.
    let isDefault: Bool
    /// Login code → identity.
    let exchange: any CodeExchange
    /// What else is asked of WeChat.
    let weChat: AuthorizedWeChatClient

    /// Puts together what one mini program needs.
    ///
    /// - Parameters:
    ///   - appID: Its AppID.
    ///   - isDefault: Whether it is meant where none is named.
    ///   - client: Calls WeChat as this mini program.
    ///   - redis: Where nodes tell each other of codes and the access token.
    ///   - keys: Encrypt what is there.
    ///   - sessionKeys: Where users' session keys go.
    ///   - logger: Told when WeChat does not take the mini program.
    init(
        appID: String, isDefault: Bool, client: WeChatClient, redis: RedisClient, keys: SecretKeys,
        sessionKeys: SessionKeyStore, logger: Logger
    ) {
        let breaker = WeChatBreaker(appID: appID, logger: logger)
        self.appID = appID
        self.isDefault = isDefault
        exchange = SharedCodeExchange(
            upstream: WeChatCodeExchange(client: client, breaker: breaker), redis: redis, keys: keys, appID: appID,
            sessionKeys: sessionKeys)
        weChat = AuthorizedWeChatClient(
            client: client,
            tokens: SharedAccessToken(
                client: client, appID: appID, redis: redis, keys: keys, breaker: breaker, logger: logger))
    }

    /// How sessions name it.
    var sessionAppID: String? { isDefault ? nil : appID }
}
