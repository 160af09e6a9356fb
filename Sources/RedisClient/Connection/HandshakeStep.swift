/// What a connection says before its first command; all steps are sent at once and their replies counted strictly.
enum HandshakeStep {
    case authenticate
    case setName
    case select
    /// Always last. Tells a server that wants a password, or that is turning clients away, from one that serves.
    case ping

    static func steps(for configuration: RedisConfiguration) -> [(step: Self, command: RedisCommand)] {
        var steps: [(step: Self, command: RedisCommand)] = []
        if let credentials = configuration.credentials {
            let words = [credentials.username, credentials.password].compactMap { $0.map(RedisArgument.string) }
            steps.append((.authenticate, RedisCommand("AUTH", arguments: words)))
        }
        if let name = configuration.clientName {
            steps.append((.setName, RedisCommand("CLIENT", "SETNAME", .string(name))))
        }
        if configuration.database != 0 {
            steps.append((.select, RedisCommand("SELECT", .integer(configuration.database))))
        }
        steps.append((.ping, RedisCommand("PING")))
        return steps
    }

    /// What a reply to this step means: `nil` to go on, or why the connection is of no use.
    func failure(of reply: RedisValue) -> RedisError? {
        guard case .error(let error) = reply else { return nil }
        switch (self, error) {
        case (_, .maximumClients), (_, .protectedMode), (_, .masterDown), (.select, _), (.ping, .general):
            return RedisError(.connectFailed, wasSent: false, serverError: error)
        case (.authenticate, .loading): return nil  // commands will say so themselves
        case (.authenticate, _), (_, .noAuthentication), (_, .wrongPassword):
            return RedisError(.authenticationFailed, wasSent: false, serverError: error)
        case (.setName, _), (.ping, _): return nil  // NOPERM, LOADING, MISCONF: others may still GET and SET
        }
    }
}
