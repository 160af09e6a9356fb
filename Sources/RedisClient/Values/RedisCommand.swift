/// A command as Redis sees it: a name and its arguments.
///
/// ```swift
/// let members = try await redis.send(RedisCommand("ZRANGE", "board", 0, 9))
/// ```
///
/// Commands that change what the connection is (SUBSCRIBE, MONITOR, MULTI, WATCH, SELECT, CLIENT REPLY, AUTH) or that
/// block it (BLPOP, WAIT, XREAD with BLOCK) would do so for all callers, who share it. They are refused with
/// ``RedisError/Code/needsOwnConnection``, and nothing is sent.
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
