extension RedisError {
    /// The code, or the word of a server's error if it is one of Redis's own, since scripts make up any.
    var type: String {
        guard code == .server, let serverError, serverError.isKnown else { return code.description }
        return serverError.prefix
    }
}
