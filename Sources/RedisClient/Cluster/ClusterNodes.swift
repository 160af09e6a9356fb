/// The nodes of a cluster that are connected to, or may be, and what they serve.
///
/// Without a map there are only those that were asked for one. A node that is no longer here closes its connections
/// when the last command that was sent to it has ended.
struct ClusterNodes {
    private(set) var map: SlotMap?
    /// The nodes of the map's primaries, in its order.
    private(set) var primaries: [ClusterNode] = []
    private var all: [RedisConfiguration.Endpoint: RedisNode] = [:]
    private var turn = 0
    private let makeNode: @Sendable (RedisConfiguration.Endpoint) -> RedisNode

    init(makeNode: @escaping @Sendable (RedisConfiguration.Endpoint) -> RedisNode) {
        self.makeNode = makeNode
    }

    var everyNode: [RedisNode] { Array(all.values) }

    /// The node to send a command to; any primary if the command has no keys, or nobody serves them: that one says
    /// so, or knows better.
    mutating func node(for slot: HashSlot?) -> ClusterNode? {
        if let slot, let owner = map?.owner(of: slot) { return primaries[owner] }
        guard !primaries.isEmpty else { return nil }
        turn = (turn + 1) % primaries.count
        return primaries[turn]
    }

    /// The node at an address, a new one perhaps; `nil` when there are too many.
    mutating func node(at endpoint: RedisConfiguration.Endpoint) -> ClusterNode? {
        if let node = all[endpoint] { return ClusterNode(endpoint: endpoint, node: node) }
        guard all.count < 2 * SlotMap.maximumNodes else { return nil }
        let node = makeNode(endpoint)
        all[endpoint] = node
        return ClusterNode(endpoint: endpoint, node: node)
    }

    /// Takes a map, and leaves the nodes that are not in it.
    ///
    /// - Returns: Those nodes, to be let go of outside of any lock.
    mutating func install(_ map: SlotMap) -> [RedisNode] {
        let before = all
        all = [:]
        primaries = map.primaries.map { endpoint in
            let node = before[endpoint] ?? makeNode(endpoint)
            all[endpoint] = node
            return ClusterNode(endpoint: endpoint, node: node)
        }
        self.map = map
        return before.filter { all[$0.key] == nil }.map(\.value)
    }

    /// Notes what a redirection said of one slot, without waiting for a new map.
    ///
    /// - Returns: The node that serves the slot now, and whether it is a new primary; `nil` when there are too many.
    mutating func moved(
        _ slot: HashSlot, to endpoint: RedisConfiguration.Endpoint
    ) -> (node: ClusterNode, isNewPrimary: Bool)? {
        guard let node = node(at: endpoint) else { return nil }
        map?.setOwner(of: slot, to: endpoint)
        let isNew = map.map { $0.primaries.count > primaries.count } ?? false
        if isNew { primaries.append(node) }
        return (node, isNew)
    }
}
