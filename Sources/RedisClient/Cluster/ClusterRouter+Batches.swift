import NIOCore
import Synchronization

extension ClusterRouter {
    /// Sends a transaction to the node that serves all its keys, follows redirections, and waits for its replies.
    func perform(
        transaction: BatchFrame, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> [RedisValue] {
        var slots: [HashSlot] = []
        for operation in transaction.operations {
            if let slot = try operation.hashSlot() {
                slots.append(slot)
            } else if operation.isForEveryPrimary {
                throw RedisError(.crossSlot, wasSent: false, detail: .everyPrimary)
            }
        }
        let slot = try HashSlot.common(to: slots)
        var attempt = ClusterAttempt(slot: slot, deadline: deadline)
        var node = try await node(for: slot, deadline: deadline)
        var asked = asked
        while true {
            do throws(RedisError) {
                return try await node.perform(transaction: transaction, asked: asked, deadline: deadline)
            } catch {
                node = try await next(after: error, of: node, in: &attempt)
                // As for a single command.
                asked = .now()
            }
        }
    }

    /// Sends the operations of a pipeline to the nodes that serve them, to all nodes at once, and waits for all
    /// replies.
    ///
    /// In order for each node; those that are redirected come later, in their order. What every primary has to run is
    /// among the operations of each, and has one reply: a failure, if there is one.
    func perform(
        pipeline: BatchFrame, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> [RedisValue] {
        let shares = try await shares(of: pipeline.operations, deadline: deadline)
        let outcomes = await withTaskGroup { group in
            for share in shares.all.dropFirst() {
                group.addTask { (share, await share.perform(asked: asked, deadline: deadline)) }
            }
            // The only one in most pipelines, so not in a task of its own.
            var outcomes: [(PipelineShare, Result<[RedisValue], RedisError>)] = []
            if let first = shares.all.first {
                outcomes.append((first, await first.perform(asked: asked, deadline: deadline)))
            }
            for await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
        var replies = [RedisValue](repeating: .null, count: pipeline.operations.count)
        var refused: [(place: Int, error: RedisServerError, node: ClusterNode)] = []
        for (share, outcome) in outcomes {
            for (place, reply) in zip(share.places, try get(outcome, among: outcomes.map(\.1))) {
                let isCommon = shares.commonPlaces.contains(place)
                // The primaries' replies are alike, but for a failure, which no other node can make up for.
                if isCommon, case .error = replies[place] { continue }
                replies[place] = reply
                if !isCommon, let error = reply.clusterRefusal { refused.append((place, error, share.node)) }
            }
        }
        for (place, error, node) in refused.sorted(by: { $0.place < $1.place }) {
            replies[place] = try await again(
                pipeline.operations[place], after: error, of: node, deadline: deadline)
        }
        return replies
    }

    /// The replies of a share; throws for the whole pipeline, which may have been sent if any share was.
    private func get(
        _ outcome: Result<[RedisValue], RedisError>, among all: [Result<[RedisValue], RedisError>]
    ) throws(RedisError) -> [RedisValue] {
        do throws(RedisError) {
            return try outcome.get()
        } catch {
            if error.callsForNewMap { wantMap() }
            throw error.with(wasSent: all.contains { $0.mayHaveBeenSent })
        }
    }

    /// Sends an operation that one node refused to the node that serves it; an error is a reply like any other.
    private func again(
        _ operation: OperationFrame, after error: RedisServerError, of node: ClusterNode, deadline: NIODeadline
    ) async throws(RedisError) -> RedisValue {
        // A script goes with its text: not every node knows it.
        var frame = operation
        if case .script(let script) = operation { frame = .script(script.withSource) }
        var attempt = ClusterAttempt(slot: try frame.hashSlot(), deadline: deadline)
        var error = RedisError.server(error)
        var node = node
        do throws(RedisError) {
            while true {
                node = try await next(after: error, of: node, in: &attempt)
                do throws(RedisError) {
                    return try await node.perform(frame, asked: .now(), deadline: deadline)
                } catch let failure {
                    error = failure
                }
            }
        } catch {
            guard error.code == .server, let serverError = error.serverError else { throw error.with(wasSent: true) }
            return .error(serverError)
        }
    }

    private func shares(
        of operations: [OperationFrame], deadline: NIODeadline
    ) async throws(RedisError) -> PipelineShares {
        var shares = PipelineShares()
        var slots: [HashSlot?] = []
        for operation in operations { slots.append(try operation.hashSlot()) }
        for (place, slot) in slots.enumerated() {
            let operation = operations[place]
            if slot == nil, operation.isForEveryPrimary {
                // Waits for the first map if there is none.
                _ = try await node(for: nil, deadline: deadline)
                shares.append(operation, at: place, ofEach: state.withLock { $0.nodes.primaries })
                continue
            }
            // Without keys it goes with the others, wherever they go.
            if slot == nil, shares.appendAnywhere(operation, at: place) { continue }
            let node = try await node(for: slot, deadline: deadline)
            shares.append(operation, at: place, of: node)
        }
        return shares
    }
}
