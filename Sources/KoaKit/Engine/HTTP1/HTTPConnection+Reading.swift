import NIOCore
import NIOHTTP1

/// Requests on their way in.
extension HTTPConnection {
    /// Where reading stands.
    struct Arrival {
        /// Whether the channel is in the middle of a read.
        var isReading = false
        /// Whether this read has brought a part of a request.
        var sawPart = false
        /// Whether the channel asked to read and was told to wait.
        var isHeld = false
        /// When the first bytes came of a head that is not here yet; nil when there is none.
        var headBegan: NIODeadline?
        /// The same of the head that came last; nil when it came in one piece, or its request has to wait.
        var lastHeadBegan: NIODeadline?
    }

    /// Whether there is more to answer or to hand over than fits.
    var isBehind: Bool { life == .open && (!waiting.isEmpty || !(exchange?.body?.hasRoom ?? true) || !isWritable) }

    func partArrived(_ part: HTTPServerRequestPart) {
        arrival.isReading = true
        arrival.sawPart = true
        decoding.note(part)
        // A client that does not read its replies has no new request started, so that they do not pile up here.
        let mustWait = !waiting.isEmpty || (exchange.map(\.isReceived) ?? !isWritable)
        if case .head = part {
            let began = arrival.headBegan.take()
            // The time of a request that has to wait for others begins with its turn.
            arrival.lastHeadBegan = mustWait ? nil : began
        }
        if mustWait {
            waiting.append(.part(part))
        } else {
            receive(part)
        }
    }

    func readEnded() {
        // Bytes that came behind a request, or brought nothing, are the first of the next.
        if life == .open, decoding.isBetweenMessages, arrival.headBegan == nil,
            !(arrival.sawPart && decoding.endsWithRequest)
        {
            arrival.headBegan = .now()
            if exchange == nil { armDeadline() }
        }
        arrival.isReading = false
        arrival.sawPart = false
        flush()
    }

    func resumeReading() {
        guard arrival.isHeld, !isBehind, let context else { return }
        arrival.isHeld = false
        context.read()
    }

    func receive(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head): start(head)
        case .body(var bytes):
            exchange?.receivedBytes += bytes.readableBytes
            exchange?.body?.receive(&bytes)
            if exchange?.discardsTooMuch(limit: limits.discardedBody) == true { closeCleanly() }
        case .end(let trailers):
            if let trailers, !MessageFraming.areAllowed(trailers: trailers) { return fail(with: .forbiddenTrailer) }
            guard let exchange else { return }
            exchange.isReceived = true
            exchange.body?.finish()
            if exchange.isReplied { return advance() }
            guard exchange.body?.wasAsked == true else { return }
            exchange.workBegan = .now()
            armDeadline()
        }
    }

    func bodyWasAsked(of id: UInt64) {
        guard let exchange, exchange.id == id, !exchange.isReplied else { return }
        if exchange.awaitsContinue {
            exchange.awaitsContinue = false
            // Nobody may be told so behind the head of the reply.
            if exchange.flushedHead == nil, exchange.isWorking || exchange.pendingHead != nil {
                output.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
                flushSoon()
            }
        }
        if !exchange.isReceived { armDeadline() }
        resumeReading()
    }

    // MARK: What is not HTTP

    func parsingFailed(_ error: any Error) {
        guard !hasFailed else { return }
        hasFailed = true
        let refusal = HTTPError(refusing: error)
        if !waiting.isEmpty || exchange?.isReceived == true {
            waiting.append(.failure(refusal))
        } else {
            fail(with: refusal)
        }
    }

    func fail(with refusal: HTTPError) {
        guard let exchange else { return refuse(refusal) }
        // The body of the current request is what is broken.
        exchange.keepsAlive = false
        exchange.isReceived = true
        exchange.body?.fail(refusal)
        if exchange.isReplied { closeCleanly() }
    }

    /// Answers what is no request.
    func refuse(_ error: HTTPError) {
        lastExchangeID &+= 1
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        let framing = MessageFraming(head)
        exchange = Exchange(id: lastExchangeID, head: head, framing: framing, body: nil, began: .now())
        reply(with: error)
    }
}
