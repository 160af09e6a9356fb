import Foundation

extension RedisServer {
    /// Sends a command over a connection of its own, and blocks until the reply is there, at most 10 s.
    ///
    /// - Parameter words: The command.
    /// - Returns: The reply; an error reply is one, too.
    /// - Throws: ``Failure/didNotAnswer``.
    @discardableResult
    public func ask(_ words: String...) throws -> ServerReply {
        try ServerConversation(port: port).ask(words)
    }
}
