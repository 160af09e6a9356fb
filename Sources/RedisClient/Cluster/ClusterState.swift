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

    /// Ends everything that goes on by itself.
    mutating func end() -> Endings {
        isShutdown = true
        timer?.cancel()
        refresh?.cancel()
        return Endings(
            nodes: nodes.everyNode, waiters: waiters.takeAll(), observers: observers.takeAll(), refresh: refresh)
    }
}
