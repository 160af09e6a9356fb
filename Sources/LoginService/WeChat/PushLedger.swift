import Crypto
import FoundationEssentials
import RedisClient
import WeChatAPI

/// Lets each signature of a pushed message vouch for one message only.
///
/// WeChat's signature does not cover a plain message, so that whoever saw a URL in a log could send another one with it.
/// Repetitions of the same message pass: WeChat sends them, and they do no harm.
struct PushLedger: Sendable {
    let redis: RedisClient

    /// Longer than a time stamp is good for, on both sides of now.
    private static let memory = PushCredentials.window * 2 + .seconds(60)

    private static let script = RedisScript(
        """
        local first = redis.call('GET', KEYS[1])
        if not first then
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            return 1
        end
        return first == ARGV[1] and 1 or 0
        """)

    /// Whether the signature came with no other message before.
    func admits(_ body: [UInt8], signature: String) async throws(Failure) -> Bool {
        let digest = SHA256.hash(data: body).hexadecimal
        do {
            let reply = try await redis.evaluate(
                Self.script, keys: ["wechat-login:push:\(signature.lowercased())"],
                arguments: [.string(digest), .integer(Self.memory.milliseconds)])
            return reply == .integer(1)
        } catch {
            throw .sessionStoreUnavailable(error)
        }
    }
}
