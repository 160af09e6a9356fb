import NIOCore

/// Asks nodes of a cluster for the map of slots, until one of them answers.
struct MapQuestion {
    /// The next node is asked when one has failed, or is silent for this long: a dead host says nothing.
    private static let patience = Duration.milliseconds(200)

    private enum Event {
        case answer(Result<SlotMap, RedisError>)
        case patienceEnded
    }

    let limits: ConnectionLimits

    /// Asks the nodes in order; the first map there is wins.
    ///
    /// - Returns: The map, or the last failure; after the time to connect and for one command for each candidate, at
    ///   most.
    func ask(_ candidates: [ClusterNode]) async -> Result<SlotMap, RedisError> {
        await withTaskGroup { group in
            var rest = candidates[...]
            var failure = RedisError(.connectFailed, wasSent: false)
            var running = Self.askNext(of: &rest, in: &group, limits: limits)
            while running > 0, !Task.isCancelled, let event = await group.next() {
                switch event {
                case .answer(.success(let map)):
                    group.cancelAll()
                    return .success(map)
                case .answer(.failure(let error)):
                    failure = error
                    running -= 1
                case .patienceEnded: break
                }
                running += Self.askNext(of: &rest, in: &group, limits: limits)
            }
            group.cancelAll()
            return .failure(failure.with(wasSent: false))
        }
    }

    /// Asks one more node, if there is one.
    ///
    /// - Returns: How many nodes that were: one or none.
    private static func askNext(
        of rest: inout ArraySlice<ClusterNode>, in group: inout TaskGroup<Event>, limits: ConnectionLimits
    ) -> Int {
        guard let node = rest.popFirst() else { return 0 }
        group.addTask { .answer(await ask(node, limits: limits)) }
        group.addTask {
            // Cut short when the group is cancelled, and then of no interest.
            try? await Task.sleep(for: patience)
            return .patienceEnded
        }
        return 1
    }

    private static func ask(_ node: ClusterNode, limits: ConnectionLimits) async -> Result<SlotMap, RedisError> {
        let now = NIODeadline.now()
        do throws(RedisError) {
            let deadline = now + limits.connectTimeout + limits.commandTimeout
            let reply = try await node.node.perform(SlotMap.question, asked: now, deadline: deadline)
            return .success(try SlotMap(reply: reply, asked: node.endpoint))
        } catch {
            // Such as a server that is not in a cluster, or lets this user not ask.
            guard error.code == .server else { return .failure(error) }
            return .failure(RedisError(.connectFailed, wasSent: false, serverError: error.serverError))
        }
    }
}
