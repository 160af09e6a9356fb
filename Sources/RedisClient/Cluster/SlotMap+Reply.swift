import NIOCore

extension SlotMap {
    /// The question whose reply is read here: known to every version that has clusters.
    static let question = RedisCommand("CLUSTER", "SLOTS")

    /// Reads the reply to ``question``: for each range of slots its ends, its primary and its replicas.
    ///
    /// - Parameters:
    ///   - reply: The reply of a node.
    ///   - asked: That node, whose host stands for hosts the reply leaves out.
    /// - Throws: ``RedisError`` `.protocolViolation` for anything but a map; `.connectFailed` for an empty one, which
    ///   a node has that belongs to no cluster yet.
    init(reply: RedisValue, asked: RedisConfiguration.Endpoint) throws(RedisError) {
        guard case .array(let ranges) = reply, ranges.count <= HashSlot.count else { throw Self.malformed }
        guard !ranges.isEmpty else { throw RedisError(.connectFailed, wasSent: false, detail: .noSlots) }
        self.init()
        for range in ranges {
            guard case .array(let parts) = range, parts.count >= 3,
                case .integer(let first) = parts[0], case .integer(let last) = parts[1],
                first <= last, HashSlot(number: first) != nil, HashSlot(number: last) != nil,
                let primary = Self.endpoint(of: parts[2], asked: asked), claim(first...last, for: primary)
            else { throw Self.malformed }
            for part in parts.dropFirst(3) {
                // A replica without a known address is of no use, and no harm.
                guard let replica = Self.endpoint(of: part, asked: asked) else { continue }
                guard addReplica(replica) else { throw Self.malformed }
            }
        }
    }

    private static var malformed: RedisError { .protocolViolation(.malformedSlotMap) }

    /// Reads a node: its host, port and name, and since Redis 7 other ways to call its host.
    private static func endpoint(
        of node: RedisValue, asked: RedisConfiguration.Endpoint
    ) -> RedisConfiguration.Endpoint? {
        guard case .array(let parts) = node, parts.count >= 2,
            case .integer(let number) = parts[1], let port = ClusterEndpoint.port(number)
        else { return nil }
        switch parts[0] {
        case .null: return ClusterEndpoint.endpoint(host: nil, port: port, relativeTo: asked)
        case .bulk(let bytes) where bytes.readableBytes == 0:
            return ClusterEndpoint.endpoint(host: nil, port: port, relativeTo: asked)
        case .bulk(let bytes):
            let host = String(buffer: bytes)
            if ClusterEndpoint.isHost(host) { return .tcp(host: host, port: port) }
            return address(in: parts).map { .tcp(host: $0, port: port) }
        default: return nil
        }
    }

    /// The `ip` among the other ways to call a host, for a node that should have a name and has none (`?`).
    private static func address(in parts: [RedisValue]) -> String? {
        guard parts.count >= 4, case .array(let pairs) = parts[3] else { return nil }
        for index in stride(from: 0, to: pairs.count - 1, by: 2) {
            guard case .bulk(let name) = pairs[index], case .bulk(let value) = pairs[index + 1],
                String(buffer: name) == "ip"
            else { continue }
            let address = String(buffer: value)
            return ClusterEndpoint.isHost(address) ? address : nil
        }
        return nil
    }
}
