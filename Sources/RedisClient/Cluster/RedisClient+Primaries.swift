import NIOCore

extension RedisClient {
    /// The primaries of a cluster, waited for if they are not known yet; `nil` where one server has all keys.
    func primaries(timeout: Duration? = nil) async throws(RedisError) -> [RedisConfiguration.Endpoint]? {
        guard case .cluster(let router) = servers else { return nil }
        let deadline = NIODeadline.now() + (timeout.map { TimeAmount($0) } ?? limits.commandTimeout)
        return try await router.primaries(deadline: deadline)
    }

    /// Runs an operation on one of the ``primaries(timeout:)``.
    func perform<Output>(
        _ operation: RedisOperation<Output>, at primary: RedisConfiguration.Endpoint
    ) async throws(RedisError) -> Output {
        let frame = PinnedFrame(pinned: try operation.sharedFrame(), primary: primary)
        return try operation.output(of: await perform(frame, timeout: nil))
    }
}
