/// A command as a value, with the type of its reply.
///
/// An operation does nothing by itself. It is made by one of the static members, and run alone, in a pipeline or in
/// a transaction:
///
/// ```swift
/// let visits = try await redis.perform(.increment("visits"))
/// let (name, count) = try await redis.pipeline(.get("name", as: String.self), .increment("n"))
/// ```
///
/// Keys are any texts, sent as UTF-8.
public struct RedisOperation<Output: Sendable>: Sendable {
    typealias Decode = @Sendable (RedisValue) throws(RedisDecodingError) -> Output

    private let frame: OperationFrame
    private let decode: Decode
    private let needsOwnConnection: Bool

    init(_ frame: OperationFrame, needsOwnConnection: Bool = false, decode: @escaping Decode) {
        self.frame = frame
        self.needsOwnConnection = needsOwnConnection
        self.decode = decode
    }

    /// What to send on the connection that all callers share.
    ///
    /// - Throws: ``RedisError`` `.needsOwnConnection`.
    func sharedFrame() throws(RedisError) -> OperationFrame {
        if needsOwnConnection { throw RedisError(.needsOwnConnection, wasSent: false) }
        return frame
    }

    init(_ name: String, _ arguments: [RedisArgument], decode: @escaping Decode) {
        self.init(.command(RedisCommand(name, arguments: arguments)), decode: decode)
    }

    /// Makes an operation that turns its output into something else.
    ///
    /// - Parameter transform: Runs on the task that asked.
    /// - Returns: The same command with another output.
    public func map<New: Sendable>(_ transform: @escaping @Sendable (Output) -> New) -> RedisOperation<New> {
        let decode = decode
        return RedisOperation<New>(frame, needsOwnConnection: needsOwnConnection) {
            (reply) throws(RedisDecodingError) in transform(try decode(reply))
        }
    }

    /// Reads a reply, which is no error.
    func output(of reply: RedisValue) throws(RedisError) -> Output {
        do throws(RedisDecodingError) {
            return try decode(reply)
        } catch {
            throw .unexpectedReply(error)
        }
    }
}

extension RedisOperation where Output: RedisDecodable {
    init(_ frame: OperationFrame, needsOwnConnection: Bool = false) {
        self.init(frame, needsOwnConnection: needsOwnConnection) { (reply) throws(RedisDecodingError) in
            try Output(reply)
        }
    }

    init(_ name: String, _ arguments: [RedisArgument]) {
        self.init(.command(RedisCommand(name, arguments: arguments)))
    }

    /// Any command, its reply read as a type.
    ///
    /// - Parameters:
    ///   - command: Name and arguments; see ``RedisCommand`` for those that are refused.
    ///   - type: What to read the reply as.
    /// - Returns: The operation.
    public static func command(_ command: RedisCommand, as type: Output.Type) -> Self {
        Self(.command(command), needsOwnConnection: command.needsOwnConnection)
    }
}

extension RedisOperation<RedisValue> {
    /// Any command.
    ///
    /// - Parameter command: Name and arguments; see ``RedisCommand`` for those that are refused.
    /// - Returns: The operation; its output is the reply.
    public static func command(_ command: RedisCommand) -> Self {
        Self(.command(command), needsOwnConnection: command.needsOwnConnection)
    }
}

extension RedisOperation: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name of the command, without its arguments.
    public var description: String { "RedisOperation(\(frame.name))" }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// A mirror without children, so that dumping an operation shows no key and no value.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
