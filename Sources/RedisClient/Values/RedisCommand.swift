/// A command as Redis sees it: a name and its arguments.
///
/// ```swift
/// let members = try await redis.send(RedisCommand("ZRANGE", "board", 0, 9))
/// ```
///
/// Commands that change what the connection is (SUBSCRIBE, MONITOR, MULTI, SELECT, CLIENT REPLY, AUTH) or that block
/// it (BLPOP, WAIT) do not belong on a connection that many callers share.
public struct RedisCommand: Sendable, Hashable {
    /// The name, such as `GET`.
    public let name: String
    /// What follows the name.
    public let arguments: [RedisArgument]

    /// Makes a command.
    ///
    /// - Parameters:
    ///   - name: The name, in either case.
    ///   - arguments: What follows it, in order.
    public init(_ name: String, _ arguments: RedisArgument...) {
        self.init(name, arguments: arguments)
    }

    /// Makes a command of arguments that were gathered before.
    ///
    /// - Parameters:
    ///   - name: The name, in either case.
    ///   - arguments: What follows it, in order.
    public init(_ name: String, arguments: [RedisArgument]) {
        self.name = name
        self.arguments = arguments
    }
}
