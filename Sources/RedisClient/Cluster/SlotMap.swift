/// Which node serves which slot, as one node of the cluster told it.
struct SlotMap: Sendable, Equatable {
    /// More nodes than Redis itself recommends for a cluster; a longer list is taken for nonsense.
    static let maximumNodes = 1_000

    /// Stands for a slot without an owner.
    private static let nobody = UInt16.max

    /// The nodes that serve slots, each once, in the order they were named.
    private(set) var primaries: [RedisConfiguration.Endpoint] = []
    /// The other nodes: they can tell where the slots are, too.
    private(set) var replicas: [RedisConfiguration.Endpoint] = []
    private var places: [RedisConfiguration.Endpoint: UInt16] = [:]
    private var knownReplicas: Set<RedisConfiguration.Endpoint> = []
    /// For each slot the place of its owner in `primaries`.
    private var owners = [UInt16](repeating: nobody, count: HashSlot.count)

    /// The place of a slot's owner in ``primaries``; `nil` while nobody serves it.
    func owner(of slot: HashSlot) -> Int? {
        let owner = owners[Int(slot.number)]
        return owner == Self.nobody ? nil : Int(owner)
    }

    /// Notes the owner of one slot, a new node perhaps.
    ///
    /// - Returns: Whether that is news; `false` too when there are too many nodes.
    @discardableResult
    mutating func setOwner(of slot: HashSlot, to node: RedisConfiguration.Endpoint) -> Bool {
        guard let index = index(of: node), owners[Int(slot.number)] != index else { return false }
        owners[Int(slot.number)] = index
        return true
    }

    /// Notes the owner of slots that have none yet.
    ///
    /// - Returns: Whether all of them had none, and the node could be taken.
    mutating func claim(_ slots: ClosedRange<Int>, for node: RedisConfiguration.Endpoint) -> Bool {
        guard let index = index(of: node) else { return false }
        for slot in slots {
            guard owners[slot] == Self.nobody else { return false }
            owners[slot] = index
        }
        return true
    }

    /// Notes a node that serves no slot.
    ///
    /// - Returns: Whether it could be taken.
    mutating func addReplica(_ node: RedisConfiguration.Endpoint) -> Bool {
        guard replicas.count < Self.maximumNodes else { return false }
        if knownReplicas.insert(node).inserted { replicas.append(node) }
        return true
    }

    private mutating func index(of node: RedisConfiguration.Endpoint) -> UInt16? {
        if let index = places[node] { return index }
        guard primaries.count < Self.maximumNodes else { return nil }
        let index = UInt16(primaries.count)
        primaries.append(node)
        places[node] = index
        return index
    }
}
