/// Hears what becomes of a connection, on its event loop.
protocol RedisConnectionOwner: AnyObject {
    /// The handshake is done; commands may be sent.
    func connectionReady(_ connection: RedisConnection)

    /// The connection is closed, or never came up; said once.
    func connectionClosed(_ connection: RedisConnection, error: RedisError)
}
