import Synchronization

extension ClusterRouter {
    /// The primaries as the newest map names them; `nil` before the first one.
    var primaries: [RedisConfiguration.Endpoint]? { state.withLock { $0.nodes.map?.primaries } }

    /// The primary that serves a slot, as far as is known.
    func primary(of slot: HashSlot) -> RedisConfiguration.Endpoint? {
        state.withLock { state in
            guard let map = state.nodes.map, let owner = map.owner(of: slot) else { return nil }
            return map.primaries[owner]
        }
    }

    /// The lists of primaries: the one of now, if there is a map, and each that differs from the one before.
    ///
    /// Of lists that come faster than they are taken, only the newest is kept. Ends when the client is shut down.
    func primaryChanges() -> AsyncStream<[RedisConfiguration.Endpoint]> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let number = state.withLock { $0.observers.add(continuation, hearing: $0.nodes.map?.primaries) }
            continuation.onTermination = { [weak self] _ in
                self?.state.withLock { $0.observers.remove(number) }
            }
        }
    }
}
