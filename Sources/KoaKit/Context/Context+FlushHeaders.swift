import NIOHTTP1

extension Context {
    /// Sends status and header fields now, while the body is still to be made.
    ///
    /// They stand from then on: to set them afterwards is a mistake that traps in debug builds and is ignored in release
    /// builds. The content is delimited by a `Content-Length` that was set, else sent in chunks; one of another length
    /// than was set, and an error, cut the connection (on HTTP/2 the stream), and the error observers hear of it. In
    /// process the head leaves with the body.
    ///
    /// - Throws: `CancellationError` when the client is gone.
    public func flushHeaders() async throws {
        guard !response.isHeadSent, let replies = request.connection.replies else { return }
        let head = ReplyRenderer.head(of: response, isHead: method == .HEAD)
        response.headWasSent()
        try await replies.sendHead(head)
    }
}
