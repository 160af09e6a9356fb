import NIOCore
import Synchronization

/// Sends each command to the node of a cluster that serves its keys.
///
/// The map of slots is asked for at the first command, when a node redirects, and when a node is lost; at most once
/// a second, by one question at a time. Meanwhile redirections are followed, and remembered.
///
/// Each primary has its own connections, one for each loop that has used it, with the bounds of the configuration:
/// what may be in flight in all is that bound times primaries times loops.
final class ClusterRouter: Sendable {
    let seeds: [RedisConfiguration.Endpoint]
    let resources: ClientResources
    let state: Mutex<ClusterState>

    init(seeds: [RedisConfiguration.Endpoint], resources: ClientResources) {
        self.seeds = seeds
        self.resources = resources
        state = Mutex(
            ClusterState(
                nodes: ClusterNodes { RedisNode(locator: FixedLocator(endpoint: $0), resources: resources) }))
    }

    deinit {
        let endings = state.withLock { $0.end() }
        for observer in endings.observers { observer.finish() }
    }

    /// Sends a command to the node that serves it, follows redirections, and waits for its reply.
    func perform(
        _ frame: some CommandFrame, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> RedisValue {
        let slot = try frame.hashSlot()
        if slot == nil, frame.isForEveryPrimary {
            return try await performEverywhere(frame, asked: asked, deadline: deadline)
        }
        var attempt = ClusterAttempt(slot: slot, deadline: deadline)
        var node = try await node(for: slot, deadline: deadline)
        var asked = asked
        while true {
            do throws(RedisError) {
                return try await node.perform(frame, asked: asked, deadline: deadline)
            } catch {
                node = try await next(after: error, of: node, in: &attempt)
                // The next node has not been asked before, and its connection is not stalled sooner for that.
                asked = .now()
            }
        }
    }

    /// Finds the map and connects every loop to every primary now, all at once.
    ///
    /// - Throws: The first failure, after all the other primaries are connected or have failed as well.
    func connect() async throws(RedisError) {
        let limits = resources.limits
        _ = try await node(for: nil, deadline: .now() + limits.connectTimeout + limits.commandTimeout)
        let failure = await withTaskGroup { group in
            for primary in state.withLock({ $0.nodes.primaries }) {
                group.addTask { () async -> RedisError? in
                    do throws(RedisError) {
                        try await primary.node.connect()
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(nil) { $0 ?? $1 }
        }
        if let failure { throw failure }
    }

    /// Takes no more commands and closes all connections, each when its replies are there or at the deadline.
    ///
    /// What waits then fails with `.shutdown`. Done when the last socket is closed.
    func shutdown(deadline: NIODeadline = .now()) async {
        var endings = state.withLock { $0.end() }
        endings.waiters.resumeAll(.failure(RedisError(.shutdown, wasSent: false)))
        for observer in endings.observers { observer.finish() }
        await withTaskGroup { group in
            for node in endings.nodes { group.addTask { await node.shutdown(deadline: deadline) } }
        }
        await endings.refresh?.value
    }

    /// The node that serves a slot; waits for the first map if there is none.
    func node(for slot: HashSlot?, deadline: NIODeadline) async throws(RedisError) -> ClusterNode {
        while true {
            if let node = state.withLock({ $0.nodes.node(for: slot) }) { return node }
            try await firstMap(deadline: deadline)
        }
    }

    /// The node to try next, or throws what the caller gets.
    func next(
        after error: RedisError, of node: ClusterNode, in attempt: inout ClusterAttempt
    ) async throws(RedisError) -> ClusterNode {
        RedirectionWitness.current?.note()
        if error.callsForNewMap { wantMap() }
        if let refusal = error.serverError, refusal.isOfCluster {
            resources.metrics?.count("redis.client.cluster.refusals", error)
        }
        switch attempt.step(after: error, of: node.endpoint, now: .now()) {
        case .fail(let error): throw error
        case .move(let slot, let endpoint, let pause):
            // Remembered before the pause, for all others.
            let node = try redirected { $0.moved(slot, to: endpoint) }
            try await wait(pause)
            return node
        case .ask(let endpoint, let pause):
            var node = try redirected { $0.nodes.node(at: endpoint) }
            node.isAsked = true
            try await wait(pause)
            return node
        case .tryAgain(let pause):
            try await wait(pause)
            return try await self.node(for: attempt.slot, deadline: attempt.deadline)
        }
    }

    /// Finds the node of a redirection, a new one perhaps.
    func redirected(
        _ find: (inout ClusterState) -> ClusterNode?
    ) throws(RedisError) -> ClusterNode {
        try state.withLock { (state) throws(RedisError) in
            // A node made now would never be shut down.
            guard !state.isShutdown else { throw RedisError(.shutdown, wasSent: false) }
            guard let node = find(&state) else { throw .overloaded(.nodeBound) }
            return node
        }
    }

    private func wait(_ pause: TimeAmount) async throws(RedisError) {
        guard pause > .zero else { return }
        do {
            try await Task.sleep(for: .nanoseconds(pause.nanoseconds))
        } catch {
            throw RedisError(.cancelled, wasSent: false)
        }
    }
}

extension RedisError {
    /// Whether a cluster may look different from what the client believes.
    var callsForNewMap: Bool {
        switch code {
        case .connectFailed, .connectionLost, .timeout: true
        case .server: [.moved, .clusterDown, .readOnly, .masterDown].contains(serverError)
        default: false
        }
    }
}
