import Crypto
import FoundationEssentials
import NIOCore
import RedisClient
import WeChatAPI

/// The keys of users' open data in Redis, encrypted, the newest of each user first.
///
///     wechat-login:session-key:<hash of mini program and openid>    sealed keys, one a line
///
/// They live as long as WeChat's own are said to, whatever becomes of sessions. Newest is what Redis was told last: where
/// two logins of a user asked WeChat at the same time, nobody here knows which key came last, and both are tried.
struct SessionKeyStore: Sendable {
    let redis: RedisClient
    let secretKeys: SecretKeys

    /// How long WeChat's people say that a key lives.
    static let lifetime = Duration.seconds(3 * 86_400)
    private static let purpose = "session-key"

    private struct Owner {
        let appID: String
        let openID: OpenID

        var context: String { "\(appID)\u{0}\(openID.rawValue)" }

        /// Without any of the secret keys, so that a rotation of them moves nothing.
        var key: String {
            let digest = Array(SHA256.hash(data: Data(context.utf8)).prefix(20))
            return "wechat-login:session-key:" + Base64URL.encode(digest)
        }
    }

    /// The operation that stores a key as the newest of its user.
    ///
    /// - Throws: ``Failure`` 10000 when it cannot be encrypted.
    func storing(
        _ sessionKey: StoredSessionKey, appID: String, openID: OpenID
    ) throws(Failure) -> RedisOperation<RedisValue> {
        let owner = Owner(appID: appID, openID: openID)
        let sealed = try secretKeys.seal(sessionKey.json, purpose: Self.purpose, context: owner.context)
        return .evaluate(
            Self.push, keys: [owner.key], arguments: [.string(sealed), .integer(Self.lifetime.milliseconds)])
    }

    /// The keys that a user's open data may be encrypted with, the likeliest first; none when no login is known.
    func keys(appID: String, openID: OpenID) async throws(Failure) -> [SessionKey] {
        let owner = Owner(appID: appID, openID: openID)
        let value: ByteBuffer?
        do {
            value = try await redis.get(owner.key)
        } catch {
            throw .sessionStoreUnavailable(error)
        }
        guard let value else { return [] }
        let stored = String(buffer: value).split(separator: "\n").map { sealed in
            secretKeys.open(sealed, purpose: Self.purpose, context: owner.context).flatMap(StoredSessionKey.init(json:))
        }
        // Where the newest cannot be read, as by a node that has not its secret key yet, the ones before it are none.
        guard let newest = stored.first.flatMap(\.self) else { return [] }
        return [newest.key] + stored.dropFirst().compactMap(\.self).filter { $0.isOfTheSameTime(as: newest) }.map(\.key)
    }

    /// Forgets a user's keys.
    func forget(appID: String, openID: OpenID) async throws(Failure) {
        do {
            _ = try await redis.unlink(Owner(appID: appID, openID: openID).key)
        } catch {
            throw .sessionStoreUnavailable(error)
        }
    }

    /// Puts a line before the lines that are there, of which the first two stay.
    private static let push = RedisScript(
        """
        local old = redis.call('GET', KEYS[1])
        local lines = old and '\\n' .. string.match(old, '^[^\\n]*\\n?[^\\n]*') or ''
        redis.call('SET', KEYS[1], ARGV[1] .. lines, 'PX', ARGV[2])
        return 1
        """)
}
