/// An access token with its time to live.
///
/// - SeeAlso: WeChat Mini Program API, auth.getStableAccessToken.
public struct AccessTokenGrant: Hashable, Sendable {
    /// For how long the token before stays good beside a new one, and what a token has left at least when it is given.
    public static let overlap = Duration.seconds(300)

    /// The token.
    public let token: AccessToken

    /// How long it is good from the moment it was asked for; two hours at most.
    public let lifetime: Duration

    /// Makes a grant, for instance for a test double.
    public init(token: AccessToken, lifetime: Duration) {
        self.token = token
        self.lifetime = lifetime
    }
}

/// What WeChat gives for the app secret.
struct AccessTokenAnswer: Decodable, Sendable {
    let grant: AccessTokenGrant

    private enum CodingKeys: String, CodingKey {
        case token = "access_token"
        case lifetime = "expires_in"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let token = AccessToken(try container.decode(String.self, forKey: .token)) else {
            throw MalformedReply.unusable(field: CodingKeys.token.rawValue)
        }
        let seconds = try container.decode(WireInteger.self, forKey: .lifetime).value
        guard (1...86_400).contains(seconds) else {
            throw MalformedReply.unusable(field: CodingKeys.lifetime.rawValue)
        }
        grant = AccessTokenGrant(token: token, lifetime: .seconds(seconds))
    }
}
