/// What a connection says before its first command; all steps are sent at once and their replies counted strictly.
enum HandshakeStep {
    case authenticate
    case setName
    case select
    /// What Sentinels say may be old: a master that was replaced is a replica soon.
    case requireMaster
    /// Always last. Tells a server that wants a password, or that is turning clients away, from one that serves.
    case ping

    static func steps(for configuration: RedisConfiguration) -> [(step: Self, command: RedisCommand)] {
        var steps: [(step: Self, command: RedisCommand)] = []
        if let credentials = configuration.credentials {
            steps.append((.authenticate, credentials.command))
        }
        if let name = configuration.clientName {
            steps.append((.setName, RedisCommand("CLIENT", "SETNAME", .string(name))))
        }
        if configuration.database != 0 {
            steps.append((.select, RedisCommand("SELECT", .integer(configuration.database))))
        }
        if case .sentinel = configuration.topology {
            steps.append((.requireMaster, RedisCommand("ROLE")))
        }
        steps.append((.ping, RedisCommand("PING")))
        return steps
    }

    /// What a reply to this step means: `nil` to go on, or why the connection is of no use.
    func failure(of reply: RedisValue) -> RedisError? {
        guard case .error(let error) = reply else { return self == .requireMaster ? Self.failure(ofRole: reply) : nil }
        switch (self, error) {
        case (_, .maximumClients), (_, .protectedMode), (_, .masterDown), (.select, _), (.ping, .general):
            return RedisError(.connectFailed, wasSent: false, serverError: error)
        case (.authenticate, .loading): return nil  // commands will say so themselves
        case (.authenticate, _), (_, .noAuthentication), (_, .wrongPassword):
            return RedisError(.authenticationFailed, wasSent: false, serverError: error)
        case (.requireMaster, _):
            // A replica would serve old data for ever, and nobody would know.
            return RedisError(.connectFailed, wasSent: false, serverError: error, detail: .roleForbidden)
        case (.setName, _), (.ping, _): return nil  // NOPERM, LOADING, MISCONF: others may still GET and SET
        }
    }

    private static func failure(ofRole reply: RedisValue) -> RedisError? {
        guard case .array(let parts) = reply, parts.first?.text == "master" else {
            return RedisError(.connectFailed, wasSent: false, detail: .notMaster)
        }
        return nil
    }
}
