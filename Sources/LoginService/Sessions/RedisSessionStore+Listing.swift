import KoaKit
import NIOCore
import RedisClient

extension RedisSessionStore {
    func sessions(of owner: SessionOwner, current token: SessionToken?) async throws(Failure) -> [ListedSession] {
        let current = token.map(keyspace.locations) ?? []
        var sessions: [ListedSession] = []
        for group in keyspace.groups(of: owner) {
            let reply = try await run(
                Self.listScript,
                keys: [keyspace.index(group)],
                arguments: [
                    .string(keyspace.stem(group)), .string(group.isShared ? SessionGroup.sharedReference : ""),
                ])
            guard case .array(let reply) = reply else { throw .unexpectedReply }
            for position in stride(from: 0, to: reply.count - 1, by: 2) {
                guard case .bulk(let reference) = reply[position], case .bulk(let json) = reply[position + 1],
                    let value = try? JSONValue(parsing: json), let session = Session(value)
                else { continue }
                let location = SessionLocation(group: group, reference: String(buffer: reference))
                sessions.append(
                    ListedSession(
                        id: location.reference,
                        device: value["device"]?.stringValue,
                        times: session.times,
                        isCurrent: current.contains(location)))
            }
        }
        return sessions.sorted { ($0.times?.createdAt ?? 0, $0.id) > ($1.times?.createdAt ?? 0, $1.id) }
    }

    /// The references of a group's live sessions, each followed by its value.
    private static let listScript = RedisScript(
        """
        local stem, shared = ARGV[1], ARGV[2]
        local found = {}
        for _, reference in ipairs(shared == '' and redis.call('ZRANGE', KEYS[1], 0, -1) or {shared}) do
            local value = redis.pcall('GET', shared == '' and stem .. reference or stem)
            if type(value) == 'string' then
                table.insert(found, reference)
                table.insert(found, value)
            end
        end
        return found
        """)
}
