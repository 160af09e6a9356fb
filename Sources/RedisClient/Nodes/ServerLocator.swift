import NIOCore

/// Knows where a server is now; asked before every connection.
protocol ServerLocator: Sendable {
    /// Finds the address to connect to.
    ///
    /// - Parameter loop: The loop that asks; the answer comes on it.
    /// - Returns: The address, or a ``RedisError``; in bounded time.
    func locate(on loop: any EventLoop) -> EventLoopFuture<RedisConfiguration.Endpoint>

    /// Hears that the server was not to be had at an address it gave.
    func locationFailed(_ endpoint: RedisConfiguration.Endpoint)

    /// Adds someone to tell that the server may have moved; whoever has a connection then asks again.
    ///
    /// Called before the first question.
    func whenServerMayHaveMoved(_ notify: @escaping @Sendable () -> Void)

    /// Ends what the locator keeps open; done when it is closed.
    func shutdown(on loop: any EventLoop) -> EventLoopFuture<Void>
}
