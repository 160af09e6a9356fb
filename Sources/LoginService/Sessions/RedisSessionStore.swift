import Crypto
import FoundationEssentials
import RedisClient

/// Sessions in Redis: `<prefix><token>` for the `md5` style, which other systems read too, and
/// `<prefix><keyed hash of the token>` for the others, so that a dump of Redis holds no bearer secrets.
struct RedisSessionStore: SessionStore {
    let redis: RedisClient
    let prefix: String
    let keys: SecretKeys

    func store(_ session: Session, for token: SessionToken, timeToLive: Duration) async throws(Failure) {
        do {
            _ = try await redis.set(key(for: token), to: session.json, expiry: timeToLive)
        } catch {
            throw .sessionStoreUnavailable(error)
        }
    }

    func session(for token: SessionToken) async throws(Failure) -> Session? {
        if token.style == .md5 { return try await session(at: key(for: token)) }
        for key in readingKeys(for: token) {
            if let session = try await session(at: key) { return session }
        }
        return nil
    }

    func remove(_ token: SessionToken) async throws(Failure) {
        do {
            for key in readingKeys(for: token) { _ = try await redis.unlink(key) }
        } catch {
            throw .sessionStoreUnavailable(error)
        }
    }

    func ping() async throws(Failure) {
        do {
            try await redis.ping()
        } catch {
            throw .sessionStoreUnavailable(error)
        }
    }

    private func session(at key: String) async throws(Failure) -> Session? {
        do {
            return try await redis.get(key).flatMap { Session(json: $0) }
        } catch {
            // A key of another system's that holds no string is no session.
            if error.serverError == .wrongType { return nil }
            throw .sessionStoreUnavailable(error)
        }
    }

    /// Where a session is written.
    private func key(for token: SessionToken) -> String {
        switch token.style {
        case .md5: prefix + token.rawValue
        case .opaque: prefix + keys.digest(of: token.rawValue, purpose: Self.purpose)
        }
    }

    /// Where a session may be, under any of the secret keys.
    private func readingKeys(for token: SessionToken) -> [String] {
        switch token.style {
        case .md5: [key(for: token)]
        case .opaque: keys.digests(of: token.rawValue, purpose: Self.purpose).map { prefix + $0 }
        }
    }

    private static let purpose = "session"
}
