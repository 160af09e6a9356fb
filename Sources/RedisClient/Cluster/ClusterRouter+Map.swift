import Logging
import NIOCore
import Synchronization

extension ClusterRouter {
    /// Waits for the first map; asks for it if nobody has.
    ///
    /// After a question that came to nothing, callers fail at once until the next one is asked.
    func firstMap(deadline: NIODeadline) async throws(RedisError) {
        guard resources.limits.database == 0 else {
            throw RedisError(.connectFailed, wasSent: false, detail: .databaseInCluster)
        }
        let number = state.withLock { $0.waiters.makeNumber() }
        let outcome = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let known = state.withLock {
                    waitForMap(number, deadline: deadline, continuation: continuation, in: &$0)
                }
                if let known { return continuation.resume(returning: known) }
                // A cancellation that came before the waiter was there found nobody.
                if Task.isCancelled { endWaiting(number, error: RedisError(.cancelled, wasSent: false)) }
            }
        } onCancel: {
            endWaiting(number, error: RedisError(.cancelled, wasSent: false))
        }
        try outcome.get()
    }

    /// Adds a waiter, or answers what is known already.
    private func waitForMap(
        _ number: UInt64, deadline: NIODeadline, continuation: ConnectionWaiters.Continuation,
        in state: inout ClusterState
    ) -> Result<Void, RedisError>? {
        if state.isShutdown { return .failure(RedisError(.shutdown, wasSent: false)) }
        if state.nodes.map != nil { return .success(()) }
        if !state.schedule.isAsking {
            act(on: state.schedule.wanted(at: .now()), in: &state)
            guard state.schedule.isAsking else {
                return .failure(state.failure ?? RedisError(.connectFailed, wasSent: false))
            }
        }
        guard state.waiters.count < resources.limits.maximumInFlight else {
            return .failure(.overloaded(.waitingBound))
        }
        // Set under the lock: firing before the waiter is there, it would find nobody.
        let timer = resources.loops.all[0].scheduleTask(deadline: deadline) { [weak self] in
            guard let self else { return }
            self.endWaiting(number, error: RedisError(.timeout, wasSent: false, detail: .connectTimeout))
        }
        state.waiters.add(number, continuation: continuation, timer: timer)
        return nil
    }

    private func endWaiting(_ number: UInt64, error: RedisError) {
        state.withLock { $0.waiters.take(number) }?.resume(returning: .failure(error))
    }

    /// Asks for a new map, now or when it is time.
    func wantMap() {
        state.withLock { act(on: $0.schedule.wanted(at: .now()), in: &$0) }
    }

    private func act(on action: RefreshSchedule.Action, in state: inout ClusterState) {
        guard !state.isShutdown else { return }
        switch action {
        case .none: break
        case .ask:
            // Not a child of whoever found the map wrong, who must not wait for it, nor end it by being cancelled.
            // Owned by the state, bounded by the deadlines of its questions, ended and awaited by `shutdown()`.
            state.refresh = Task.detached { [weak self] in await self?.refresh() }
        case .wait(let time):
            state.timer = resources.loops.all[0].scheduleTask(deadline: time) { [weak self] in
                guard let self else { return }
                self.state.withLock { self.act(on: $0.schedule.waited(at: .now()), in: &$0) }
            }
        }
    }

    private func refresh() async {
        let candidates = state.withLock { state in
            guard !state.isShutdown else { return [ClusterNode]() }
            return Self.candidates(of: state.nodes.map, seeds: seeds).compactMap { state.nodes.node(at: $0) }
        }
        let question = MapQuestion(limits: resources.limits)
        let outcome = await question.ask(candidates)
        note(outcome)
        let ended = state.withLock { end(with: outcome, in: &$0) }
        var waiters = ended.waiters
        waiters.resumeAll(outcome.map { _ in })
    }

    private func note(_ outcome: Result<SlotMap, RedisError>) {
        switch outcome {
        case .success(let map):
            resources.metrics?.clusterMapped()
            resources.logger.debug("Redis cluster is mapped", metadata: ["redis.primaries": "\(map.primaries.count)"])
        case .failure(let error):
            resources.metrics?.count("redis.client.cluster.maps.failed", error)
            resources.logger.debug("Redis cluster cannot be mapped", metadata: ["redis.error": "\(error)"])
        }
    }

    /// Takes the outcome of a question over, and the waiters out.
    ///
    /// The nodes that are left are returned, too, to be let go of outside of the lock.
    private func end(
        with outcome: Result<SlotMap, RedisError>, in state: inout ClusterState
    ) -> (waiters: ConnectionWaiters, nodes: [RedisNode]) {
        guard !state.isShutdown else { return (ConnectionWaiters(), []) }
        var left: [RedisNode] = []
        switch outcome {
        case .success(let map): left = state.install(map)
        case .failure(let error): state.failure = error
        }
        act(on: state.schedule.ended(at: .now()), in: &state)
        // Without a map nothing can be sent, so the client keeps trying by itself.
        if state.nodes.map == nil { act(on: state.schedule.wanted(at: .now()), in: &state) }
        return (state.waiters.takeAll(), left)
    }

    /// Whom to ask: a few that were nodes lately, primaries first, and a few seeds, in random order, so that many
    /// clients do not ask the same one.
    private static func candidates(
        of map: SlotMap?, seeds: [RedisConfiguration.Endpoint]
    ) -> [RedisConfiguration.Endpoint] {
        let known = map.map { $0.primaries.shuffled().prefix(4) + $0.replicas.shuffled().prefix(3) } ?? []
        var met: Set<RedisConfiguration.Endpoint> = []
        return (known + seeds.shuffled().prefix(8)).filter { met.insert($0).inserted }
    }
}
