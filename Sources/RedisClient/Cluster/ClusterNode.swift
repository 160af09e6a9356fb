import NIOCore

/// A node of a cluster and its address.
struct ClusterNode: Sendable {
    let endpoint: RedisConfiguration.Endpoint
    let node: RedisNode
    /// Whether the node is to serve a slot that it does not own yet.
    var isAsked = false

    /// Sends a command, after ASKING if need be, and waits for its reply.
    func perform(
        _ frame: some CommandFrame, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> RedisValue {
        guard isAsked else { return try await node.perform(frame, asked: asked, deadline: deadline) }
        let replies = try await node.perform(AskingFrame(asked: frame), asked: asked, deadline: deadline)
        if case .error(let error) = replies[1] { throw .server(error) }
        return replies[1]
    }

    /// Sends a transaction, after ASKING if need be, and waits for its replies.
    ///
    /// - Throws: ``RedisError``; `.server` too when the node said that another one serves the keys, or that none does
    ///   now, which it can say before and at EXEC, and then has run nothing.
    func perform(
        transaction: BatchFrame, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> [RedisValue] {
        let replies =
            isAsked
            ? Array(
                try await node.perform(AskingFrame(asked: transaction), asked: asked, deadline: deadline).dropFirst())
            : try await node.perform(transaction, asked: asked, deadline: deadline)
        guard case .error? = replies.last, let error = replies.lazy.compactMap(\.clusterRefusal).first else {
            return replies
        }
        throw .server(error)
    }
}

extension RedisServerError {
    /// Whether a node says with this that it does not serve the keys of a command, or not now; it has not run it.
    var isOfCluster: Bool { [.moved, .ask, .tryAgain, .clusterDown].contains(self) }
}

extension RedisValue {
    /// The error of a node that did not serve the keys of a command.
    var clusterRefusal: RedisServerError? {
        guard case .error(let error) = self, error.isOfCluster else { return nil }
        return error
    }
}
