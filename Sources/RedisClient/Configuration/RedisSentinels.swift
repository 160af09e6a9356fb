/// Who knows where a master is: the Sentinels that watch it.
///
/// They are asked before every connection, one after the other, beginning with the one that answered last.
public struct RedisSentinels: Hashable, Sendable {
    /// Where the Sentinels listen; one is enough, all of them are better.
    public var addresses: [RedisConfiguration.Endpoint]

    /// The name by which the Sentinels know the master, as in `sentinel monitor <name> …`.
    public var masterName: String

    /// The user and password for the Sentinels themselves; `nil` (the default) sends them no AUTH.
    public var credentials: RedisCredentials?

    /// How long one Sentinel may take to answer before the next one is asked; 300 ms by default.
    public var answerTimeout: Duration = .milliseconds(300)

    /// Makes a configuration with the defaults of every other field.
    ///
    /// - Parameters:
    ///   - addresses: Where the Sentinels listen.
    ///   - masterName: The name by which they know the master.
    public init(addresses: [RedisConfiguration.Endpoint], masterName: String) {
        self.addresses = addresses
        self.masterName = masterName
    }
}
