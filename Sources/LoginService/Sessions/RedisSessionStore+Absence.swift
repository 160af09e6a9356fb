import NIOCore
import RedisClient

extension RedisSessionStore {
    func absence(of token: SessionToken) async throws(Failure) -> SessionAbsence {
        if token.isExpired { return .expired }
        for location in keyspace.locations(of: token) {
            let reply = try await run(
                Self.absenceScript,
                keys: [
                    keyspace.endings(location.group) + location.reference, keyspace.index(location.group),
                    keyspace.key(location),
                ],
                arguments: [.string(location.reference)])
            guard case .bulk(let reason) = reply else { continue }
            // A session that its user ended is no longer there, and that is all.
            return SessionAbsence(rawValue: String(buffer: reason)) ?? .notLoggedIn
        }
        return .notLoggedIn
    }

    /// How a session ended: what was noted of it, or that its reference outlived it.
    private static let absenceScript = RedisScript(
        """
        local reason = redis.call('GET', KEYS[1])
        if reason then return reason end
        if redis.call('EXISTS', KEYS[3]) == 0 and redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 'expired' end
        return false
        """)
}
