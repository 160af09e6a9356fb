import Logging

/// What all nodes of a client share.
struct ClientResources: Sendable {
    let loops: ClientLoops
    let limits: ConnectionLimits
    let dialer: RedisDialer
    /// How every link begins.
    let backoff: Backoff
    let logger: Logger
}
