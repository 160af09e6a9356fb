import NIOCore

/// Knows where a server is now; asked before every connection.
protocol ServerLocator: Sendable {
    /// Finds the address to connect to.
    ///
    /// - Parameter loop: The loop that asks; the answer comes on it.
    /// - Returns: The address, or a ``RedisError``; in bounded time.
    func locate(on loop: any EventLoop) -> EventLoopFuture<RedisConfiguration.Endpoint>
}
