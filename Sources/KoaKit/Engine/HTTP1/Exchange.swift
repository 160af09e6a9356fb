import NIOCore
import NIOHTTP1

/// One request of a connection and where its reply stands.
///
/// Belongs to the connection, and stays on its loop.
final class Exchange {
    enum Phase {
        /// The middleware run.
        case working
        /// The middleware have finished, the producer of the body runs.
        case streaming(StreamedReply)
        case replied
    }

    /// Tells a late finisher that its request is no longer the one being answered.
    let id: UInt64
    let isHead: Bool
    let isHTTP10: Bool
    /// Nil when the request has no body.
    let body: RequestBodyStream?
    /// What the client announced, nil when it is chunked.
    let announcedLength: Int?
    /// When the first byte of the request came.
    let began: NIODeadline
    /// When the handler had all that it waits for.
    var workBegan: NIODeadline
    /// Whether the client waits for `100 Continue` before it sends the body.
    var awaitsContinue: Bool
    var keepsAlive: Bool
    var isReceived = false
    var receivedBytes = 0
    var phase = Phase.working
    var task: Task<Void, Never>?
    /// How the client sees where the content ends, once the head is written.
    var sentFraming = ReplyWriter.Framing.Content.length
    /// Nil for nearly every request.
    private var rare: Rare?

    /// What few requests need.
    private final class Rare {
        var overdue: HTTPError?
        var pendingHead: Reply?
        var flushedHead: Reply?
        var hasFailed = false
    }

    /// The body is made only for a request that has one.
    init(id: UInt64, head: HTTPRequestHead, framing: MessageFraming, body: RequestBodyStream?, began: NIODeadline) {
        self.id = id
        isHead = if case .HEAD = head.method { true } else { false }
        isHTTP10 = head.version == .http1_0
        announcedLength = framing.contentLength
        awaitsContinue = framing.expectsContinue
        self.body = body
        self.began = began
        workBegan = began
        keepsAlive = head.isKeepAlive && !framing.asksUpgrade
    }

    var isWorking: Bool {
        if case .working = phase { true } else { false }
    }

    var isReplied: Bool {
        if case .replied = phase { true } else { false }
    }

    var streamedReply: StreamedReply? {
        if case .streaming(let streamed) = phase { streamed } else { nil }
    }

    /// Whether the handler waits for bytes that the client has not sent.
    var awaitsBody: Bool { !isReceived && body?.isAwaited == true }

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

/// What few requests need: streams, early heads, deadlines that pass.
extension Exchange {
    /// What the client is told because a deadline has passed; the handler is unwinding.
    var overdue: HTTPError? {
        get { rare?.overdue }
        set { makeRare().overdue = newValue }
    }

    /// The head that is not out yet: that of a stream waits for the first byte.
    var pendingHead: Reply? {
        get { rare?.pendingHead }
        set { makeRare().pendingHead = newValue }
    }

    /// The head that a handler sent early; nil while it is the reply's.
    var flushedHead: Reply? {
        get { rare?.flushedHead }
        set { makeRare().flushedHead = newValue }
    }

    /// Whether a stream has failed before its first byte: what stands in its place does not get a third chance.
    var hasFailed: Bool {
        get { rare?.hasFailed ?? false }
        set { makeRare().hasFailed = newValue }
    }

    private func makeRare() -> Rare {
        if let rare { return rare }
        let made = Rare()
        rare = made
        return made
    }
}
