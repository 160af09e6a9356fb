import NIOCore

/// A session as the store holds it.
struct StoredSession {
    let id: SessionID
    var version: Int
    var values: [String: JSONValue]
    var timeToLive: Duration

    /// Reads a record; nil when its content is not a JSON object.
    init?(_ id: SessionID, _ record: SessionRecord, timeToLive: Duration) {
        guard case .object(let members)? = try? JSONValue(parsing: ByteBuffer(string: record.content), maximumDepth: 33)
        else { return nil }
        self.id = id
        version = record.version
        values = Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
        self.timeToLive = timeToLive
    }
}

extension [String: JSONValue] {
    /// With values set, and removed where the change is nil.
    func applying(_ changes: [String: JSONValue?]) -> [String: JSONValue] {
        var result = self
        for (name, value) in changes { result[name] = value }
        return result
    }
}

extension SessionRecord {
    init(version: Int, values: [String: JSONValue]) {
        let members = values.sorted { $0.key < $1.key }.map { JSONMember($0.key, $0.value) }
        self.init(version: version, content: JSONValue.object(members).text)
    }
}
