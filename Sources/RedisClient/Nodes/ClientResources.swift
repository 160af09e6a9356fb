import Logging

/// What all nodes of a client share.
struct ClientResources: Sendable {
    let loops: ClientLoops
    let limits: ConnectionLimits
    var dialer: RedisDialer
    let connectRate: ConnectRate
    /// How every link begins.
    let backoff: Backoff
    /// `nil` when nothing is to be counted.
    let metrics: ClientMetrics?
    let logger: Logger

    init(_ configuration: RedisConfiguration, loops: ClientLoops, logger: Logger) {
        self.loops = loops
        self.logger = logger
        metrics = configuration.metricsFactory.map(ClientMetrics.init)
        limits = ConnectionLimits(configuration)
        dialer = RedisDialer(configuration)
        // At least what a start needs, which nobody should wait for.
        connectRate = ConnectRate(perSecond: configuration.maximumConnectRate, burst: max(16, loops.all.count * 2))
        backoff = Backoff(configuration)
    }
}
