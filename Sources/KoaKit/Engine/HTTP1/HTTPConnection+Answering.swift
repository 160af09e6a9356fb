import NIOCore
import NIOHTTP1

/// One exchange: a request, its handler, its reply; and the step to the next.
extension HTTPConnection {
    func start(_ received: HTTPRequestHead) {
        var head = received
        lastExchangeID &+= 1
        let id = lastExchangeID
        var framing = MessageFraming(head)
        // Of nearly no request.
        if framing.hasTrailingBlank {
            head.headers = MessageFraming.withoutTrailingBlanks(head.headers)
            framing = MessageFraming(head)
        }
        let isTargetValid = RequestTarget.apply(to: &head)
        let body = framing.hasBody ? RequestBodyStream(loop: loop) : nil
        let now = NIODeadline.now()
        // The request's time began with its first byte if the head came in pieces.
        let began = arrival.lastHeadBegan.take() ?? now
        let exchange = Exchange(id: id, head: head, framing: framing, body: body, began: began)
        exchange.workBegan = now
        self.exchange = exchange
        armDeadline()

        guard framing.isUnambiguous, isTargetValid else { return reply(with: .ambiguousRequest) }
        guard head.uri.utf8.count <= limits.target else {
            let error = HTTPError(
                414, "the request target is longer than \(limits.target) bytes", reason: .payloadTooLarge)
            return reply(with: error)
        }
        guard admission.admitsRequest() else { return shed() }
        let connection = NIOLoopBound(self, eventLoop: loop)
        body?.onDemand = { connection.value.bodyWasAsked(of: id) }
        let (responder, admission, info) = (responder, admission, info)
        let task = Task.immediateDetached(executorPreference: executor) { [head] in
            let context = responder.makeContext(
                for: head, content: body.map(RequestContent.streamed) ?? .empty, connection: info)
            let failure = await responder.run(context)
            // What an error shaper makes of a failed stream may be a stream again.
            var streamed = connection.value.finish(id, context, failure)
            while let current = streamed {
                streamed = connection.value.endStream(id, context, await current.run())
            }
            admission.requestEnded()
        }
        // A task that suspended is kept, to be cancelled if the client goes away.
        if self.exchange?.id == id, !exchange.isReplied { exchange.task = task }
    }

    /// Takes over from the middleware.
    ///
    /// - Returns: A stream whose producer is to be run now; nil when the reply is made.
    private func finish(_ id: UInt64, _ context: Context, _ failure: (any Error)?) -> StreamedReply? {
        // A request that was answered in its handler's place, by a deadline, is no longer the current one.
        guard life == .open, let exchange, exchange.id == id, exchange.isWorking else {
            responder.noteAbandoned(context, failure)
            return nil
        }
        // Whatever a handler left that was too slow, the client is told so; the fields that survive an error are kept.
        let isTooSlow = exchange.overdue?.reason == .handlerTimeout
        let failure = isTooSlow ? exchange.overdue : failure
        if let head = exchange.flushedHead { return finish(exchange, behind: head, context, failure) }
        if let failure { responder.fail(context, with: failure) }
        switch context.response.disconnection {
        case nil: return reply(with: context)
        case .takenOver(let stream): return handOver(to: stream, exchange)
        case .reset:
            reset()
            return nil
        }
    }

    // MARK: Replies

    /// Answers the current request with an error that no handler made.
    func reply(with error: HTTPError) {
        exchange?.keepsAlive = false
        let context = responder.makeContext(on: info)
        responder.fail(context, with: error)
        // There is no task that could run a producer.
        if reply(with: context) != nil { reset() }
    }

    /// Answers the current request before any work is done for it; the connection stays, since a new one costs more.
    private func shed() {
        let context = responder.makeContext(on: info)
        responder.shape(context, with: admission.refusal)
        if reply(with: context) != nil { reset() }
    }

    /// - Returns: A stream whose producer is to be run; nil when the reply is made.
    func reply(with context: Context) -> StreamedReply? {
        guard let exchange else { return nil }
        guard let reply = render(context, isHead: exchange.isHead) else {
            reset()
            return nil
        }
        if case .stream(let stream) = reply.content { return begin(stream, reply, of: exchange) }
        write(reply, of: exchange)
        replyEnded(exchange)
        return nil
    }

    /// The reply as it is sent; nil if not even the error that it failed with can be rendered.
    private func render(_ context: Context, isHead: Bool) -> Reply? {
        do {
            return try renderer.render(context.response, isHead: isHead)
        } catch {
            responder.fail(context, with: error)
            // What stands there now is the error shaper's.
            return try? renderer.render(context.response, isHead: isHead)
        }
    }

    /// Writes a reply, or the head of one whose content comes later, and settles whether the connection stays.
    func write(_ reply: Reply, of exchange: Exchange) {
        // Without a body, only the request's own end can be waiting.
        let isWhole = exchange.isReceived ? waiting.isEmpty : exchange.body == nil && waiting.count <= 1
        let isLast = (isStopping || isInputClosed) && isWhole
        // No client can tell where a final reply below 200 ends: it takes it for an interim one.
        let keepsAlive =
            exchange.keepsAlive && !isLast && reply.status >= 200
            && exchange.canDiscardRest(upTo: limits.discardedBody)
        let framing = ReplyWriter.Framing(reply, keepsAlive: keepsAlive, isHTTP10: exchange.isHTTP10)
        exchange.keepsAlive = framing.keepsAlive
        exchange.sentFraming = framing.content
        takeOutput()
        writer.write(reply, framing, to: &output)
    }

    /// The last byte of the reply is written.
    func replyEnded(_ exchange: Exchange) {
        exchange.phase = .replied
        exchange.task = nil
        exchange.body?.discard()
        if !exchange.isReceived, exchange.body != nil { armDeadline() }
        flushUnlessReading()
        advance()
    }

    /// Goes on to the next request once the current one is answered and received whole.
    func advance() {
        guard !isAdvancing, life == .open else { return }
        isAdvancing = true
        defer { isAdvancing = false }
        while life == .open {
            if let exchange {
                if exchange.isReplied, !exchange.keepsAlive { return closeCleanly() }
                // Before the end of a request comes the rest of its body, whether it is answered or not.
                if exchange.isReceived {
                    guard exchange.isReplied else { break }
                    self.exchange = nil
                    // What came of the next head while this request was answered was not waited for.
                    if arrival.headBegan != nil { arrival.headBegan = .now() }
                    armDeadline()
                }
            }
            guard exchange != nil || isWritable, let next = waiting.popFirst() else { break }
            switch next {
            case .part(let part): receive(part)
            case .failure(let refusal): fail(with: refusal)
            }
        }
        if life == .open, exchange == nil, waiting.isEmpty, isInputClosed || isStopping { closeCleanly() }
        resumeReading()
    }
}
