import NIOCore

/// What a ``ClusterRouter`` guards with its lock.
struct ClusterState {
    /// What is to be closed, resumed and waited for outside of the lock.
    struct Endings {
        let nodes: [RedisNode]
        var waiters: ConnectionWaiters
        let observers: [PrimaryObservers.Continuation]
        let refresh: Task<Void, Never>?
    }

    var nodes: ClusterNodes
    var schedule = RefreshSchedule(interval: .seconds(1))
    /// Those that came before the first map.
    var waiters = ConnectionWaiters()
    /// Why there is no map yet.
    var failure: RedisError?
    /// The question for the map, while it is asked.
    var refresh: Task<Void, Never>?
    /// Set while the next question waits for its time.
    var timer: Scheduled<Void>?
    var observers = PrimaryObservers()
    private(set) var isShutdown = false

    init(nodes: ClusterNodes) {
        self.nodes = nodes
    }

    /// Takes a new map, and tells observers when the primaries are others now.
    ///
    /// - Returns: The nodes that are left, to be let go of outside of the lock.
    mutating func install(_ map: SlotMap) -> [RedisNode] {
        let before = nodes.map?.primaries
        let left = nodes.install(map)
        failure = nil
        if before.map(Set.init) != Set(map.primaries) { observers.tell(map.primaries) }
        return left
    }

    /// Notes what a redirection said of one slot; observers hear of a new primary at once.
    mutating func moved(_ slot: HashSlot, to endpoint: RedisConfiguration.Endpoint) -> ClusterNode? {
        guard let (node, isNewPrimary) = nodes.moved(slot, to: endpoint) else { return nil }
        if isNewPrimary, let map = nodes.map { observers.tell(map.primaries) }
        return node
    }

    /// Ends everything that goes on by itself.
    mutating func end() -> Endings {
        isShutdown = true
        // Forgotten, too: cancelled again by `deinit`, it would wake a loop that may be shut down by then.
        timer?.cancel()
        timer = nil
        refresh?.cancel()
        return Endings(
            nodes: nodes.everyNode, waiters: waiters.takeAll(), observers: observers.takeAll(), refresh: refresh)
    }
}
