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
        if self == .requireMaster, let failure = Self.failure(ofRole: reply) { return failure }
        guard case .error(let error) = reply else { return nil }
        switch (self, error) {
        case (_, .maximumClients), (_, .masterDown), (.select, _), (.ping, .general):
            return RedisError(.connectFailed, wasSent: false, serverError: error)
        case (.authenticate, .loading): return nil  // commands will say so themselves
        case (.authenticate, _), (_, .noAuthentication), (_, .wrongPassword):
            return RedisError(.authenticationFailed, wasSent: false, serverError: error)
        case (.setName, _), (.ping, _), (.requireMaster, _): return nil  // NOPERM, LOADING, MISCONF: others may still GET and SET
        }
    }

    /// A user who may not ask is refused: a replica would serve him old data for ever, and nobody would know.
    private static func failure(ofRole reply: RedisValue) -> RedisError? {
        switch reply {
        case .array(let parts) where parts.first?.text == "master": nil
        case .error(.noPermission):
            RedisError(.connectFailed, wasSent: false, serverError: .noPermission, detail: .roleForbidden)
        case .error: nil  // told apart with those of the other steps
        default: RedisError(.connectFailed, wasSent: false, detail: .notMaster)
        }
    }
}
