import NIOCore

/// What a connection needs of the configuration, in the units it computes with.
struct ConnectionLimits: Sendable {
    /// A write buffer grown beyond this is given back after the write.
    static let keptBufferSize = 64 * 1_024
    /// A list grown beyond this many elements is given back when it is empty again.
    static let keptListCapacity = 1_024

    let connectTimeout: TimeAmount
    let commandTimeout: TimeAmount
    let stallLimit: TimeAmount
    let healthCheckInterval: TimeAmount
    let maximumInFlight: Int
    let maximumPendingBytes: Int
    let maximumReplyBytes: Int
    let database: Int
    let handshake: [(step: HandshakeStep, command: RedisCommand)]

    init(_ configuration: RedisConfiguration) {
        connectTimeout = TimeAmount(configuration.connectTimeout)
        commandTimeout = TimeAmount(configuration.commandTimeout)
        stallLimit = commandTimeout * 2
        healthCheckInterval = TimeAmount(configuration.healthCheckInterval)
        maximumInFlight = configuration.maximumInFlight
        maximumPendingBytes = configuration.maximumPendingBytes
        maximumReplyBytes = configuration.maximumReplyBytes
        database = configuration.database
        handshake = HandshakeStep.steps(for: configuration)
    }
}
