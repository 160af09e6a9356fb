/// A user and a password that print as `***`.
public struct RedisCredentials: Hashable, Sendable {
    /// The ACL user; `nil` sends the password alone, for servers without ACLs and for the default user.
    public let username: String?
    let password: String

    /// Makes credentials.
    ///
    /// - Parameters:
    ///   - username: The ACL user, if any.
    ///   - password: The password.
    public init(username: String? = nil, password: String) {
        self.username = username
        self.password = password
    }

    /// What proves them to a server.
    var command: RedisCommand {
        RedisCommand("AUTH", arguments: [username, password].compactMap { $0.map(RedisArgument.string) })
    }
}

extension RedisCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `***`.
    public var description: String { "***" }

    /// Always `***`.
    public var debugDescription: String { "***" }

    /// A mirror without children, so that dumping a configuration shows no secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
