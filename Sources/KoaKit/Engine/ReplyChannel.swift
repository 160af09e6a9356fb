/// What a request's context asks of its connection while the middleware still run.
protocol ReplyChannel: Sendable {
    /// Sends the head of the current request's reply now.
    ///
    /// - Throws: `CancellationError` when nobody waits for it any more.
    func sendHead(_ head: Reply) async throws
}
