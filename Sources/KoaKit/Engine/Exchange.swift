import NIOHTTP1

/// One request of a connection and where its reply stands.
struct Exchange {
    /// Tells a late finisher that its request is no longer the one being answered.
    let id: UInt64
    let isHead: Bool
    let isHTTP10: Bool
    /// Nil when the request has no body.
    let body: RequestBodyStream?
    /// What the client announced, nil when it is chunked.
    let announcedLength: Int?
    /// Whether the client waits for `100 Continue` before it sends the body.
    var awaitsContinue: Bool
    var keepsAlive: Bool
    var isReceived = false
    var isReplied = false
    var receivedBytes = 0
    var task: Task<Void, Never>?

    /// The stream of the body is made only for a request that has one.
    init(id: UInt64, head: HTTPRequestHead, keepsAlive: Bool, body: RequestBodyStream?) {
        self.id = id
        isHead = head.method == .HEAD
        isHTTP10 = head.version == .http1_0
        announcedLength = head.headers.first(name: "content-length").flatMap(Int.init)
        awaitsContinue =
            body != nil && head.version == .http1_1
            && head.headers.first(name: "expect")?.lowercased() == "100-continue"
        self.body = body
        self.keepsAlive = keepsAlive
    }

    /// Whether what is left of the body may be read and thrown away, so that the connection can stay.
    func canDiscardRest(upTo limit: Int) -> Bool {
        guard !isReceived, body != nil else { return true }
        // A client that was not told to continue may or may not send the body: nobody can tell where the next
        // request would start.
        guard !awaitsContinue else { return false }
        return (announcedLength ?? receivedBytes) - receivedBytes <= limit
    }

    /// Whether more of an unread chunked body came after the reply than is worth reading.
    func discardsTooMuch(limit: Int) -> Bool {
        isReplied && announcedLength == nil && receivedBytes > limit
    }
}
