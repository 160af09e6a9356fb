extension RedisServer {
    /// Sends a command over a connection of its own, and blocks until the reply is there, at most 10 s.
    ///
    /// - Parameter words: The command.
    /// - Returns: The reply; an error reply is one, too.
    /// - Throws: ``Failure/didNotAnswer``.
    @discardableResult
    public func ask(_ words: String...) throws -> ServerReply { try conversation().ask(words) }

    /// Opens a connection for many commands.
    ///
    /// - Throws: ``Failure/didNotAnswer`` when nobody takes it.
    public func conversation() throws -> ServerConversation { try ServerConversation(port: port) }
}
