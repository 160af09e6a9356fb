import NIOCore
import NIOHPACK
import NIOHTTP1
import NIOHTTP2

/// The life of an exchange: the head has come, the middleware run, the reply is written.
extension HTTP2Stream: ReplySink {
    /// How much content goes into one write, so that a client that takes it slowly is seen to take it.
    private static let pieceSize = 65_536

    func start(_ block: HPACKHeaders, isWhole: Bool) {
        phase = .working
        began = .now()
        workBegan = began
        isReceived = isWhole
        isHead = block.first(name: ":method") == "HEAD"
        let head: HTTPRequestHead
        do {
            head = try HTTP2RequestHead.make(block, service.limits)
        } catch {
            return reply(with: error)
        }
        let body = isWhole ? nil : RequestBodyStream(loop: loop)
        self.body = body
        awaitsContinue = !isWhole && head.headers.first(name: "expect")?.lowercased() == "100-continue"
        armDeadline()
        guard service.admission.admitsRequest() else { return shed() }
        let stream = NIOLoopBound(self, eventLoop: loop)
        body?.onDemand = { stream.value.bodyWasAsked() }
        let replies = ReplyChannel(self, loop: loop)
        self.replies = replies
        let info = service.info.with(replies)
        let (responder, admission) = (service.responder, service.admission)
        let task = Task.immediateDetached(executorPreference: service.executor) {
            let context = responder.makeContext(
                for: head, content: body.map(RequestContent.streamed) ?? .empty, connection: info)
            let failure = await responder.run(context)
            // What an error shaper makes of a failed stream may be a stream again.
            var streamed = stream.value.finish(context, failure)
            while let current = streamed {
                streamed = stream.value.endStream(context, await current.run())
            }
            admission.requestEnded()
        }
        // A task that suspended is kept, to be cancelled if the client goes away.
        switch phase {
        case .working, .streaming: self.task = task
        case .idle, .replied, .closed: break
        }
    }

    private func finish(_ context: Context, _ failure: (any Error)?) -> StreamedReply? {
        guard case .working = phase else {
            service.responder.noteAbandoned(context, failure)
            return nil
        }
        // Whatever a handler left that was too slow, the client is told so; the fields that survive an error are kept.
        let isTooSlow = overdue?.reason == .handlerTimeout
        let failure = isTooSlow ? overdue : failure
        if let head = flushedHead { return finish(behind: head, context, failure) }
        if let failure { service.responder.fail(context, with: failure) }
        guard context.response.disconnection == nil else {
            reset(.internalError)
            return nil
        }
        return reply(with: context)
    }

    // MARK: Heads that leave early

    func sendHead(_ head: Reply) -> Bool {
        guard case .working = phase, flushedHead == nil else { return false }
        guard head.status >= 200 else {
            reset(.internalError)
            return false
        }
        flushedHead = head
        writeHead(of: head, isWhole: false)
        context?.flush()
        return true
    }

    /// Sends what the middleware left behind a head that is out already.
    private func finish(behind head: Reply, _ context: Context, _ failure: (any Error)?) -> StreamedReply? {
        do {
            if let failure { throw failure }
            switch try service.content(of: context.response, behind: head) {
            case .stream(let stream):
                return begin(stream, length: head.length)
            case .bytes(let bytes):
                writeContent(head.hasContent ? bytes : ByteBuffer(), isLast: true)
                replyEnded()
            }
        } catch {
            service.responder.report(error, in: context)
            reset(.internalError)
        }
        return nil
    }

    // MARK: Replies

    /// Answers with an error that no handler made.
    func reply(with error: HTTPError) {
        let context = service.responder.makeContext(on: service.info)
        service.responder.fail(context, with: error)
        // There is no task that could run a producer.
        if reply(with: context) != nil { reset(.internalError) }
    }

    /// Answers before any work is done.
    private func shed() {
        let context = service.responder.makeContext(on: service.info)
        service.responder.shape(context, with: service.admission.refusal)
        if reply(with: context) != nil { reset(.internalError) }
    }

    private func reply(with context: Context) -> StreamedReply? {
        // No client can tell where a final reply below 200 ends: it takes it for an interim one.
        guard let reply = service.render(context, isHead: isHead), reply.status >= 200 else {
            reset(.internalError)
            return nil
        }
        switch reply.content {
        case .stream(let stream):
            pendingHead = reply
            return begin(stream, length: reply.length)
        case .none, .later: writeHead(of: reply, isWhole: true)
        case .array(let bytes): write(reply, ByteBuffer(bytes: bytes))
        case .bytes(let bytes): write(reply, bytes)
        }
        replyEnded()
        return nil
    }

    private func write(_ reply: Reply, _ content: ByteBuffer) {
        writeHead(of: reply, isWhole: content.readableBytes == 0)
        if content.readableBytes > 0 { writeContent(content, isLast: true) }
    }

    private func writeHead(of reply: Reply, isWhole: Bool) {
        write(.headers(.init(headers: service.head(of: reply), endStream: isWhole))) { [self] in
            if isWhole { replyTaken() }
        }
    }

    private func writeContent(_ content: ByteBuffer, isLast: Bool) {
        var content = content
        while let piece = content.readSlice(length: min(Self.pieceSize, content.readableBytes)) {
            let isEnd = isLast && content.readableBytes == 0
            write(.data(.init(data: .byteBuffer(piece), endStream: isEnd))) { [self] in if isEnd { replyTaken() } }
            if content.readableBytes == 0 { break }
        }
    }

    private func replyEnded() {
        if case .closed = phase { return }
        phase = .replied
        task = nil
        body?.discard()
        armDeadline()
        context?.flush()
        resumeReading()
    }

    /// The last byte has left: a body that is still coming is not wanted (RFC 9113, section 8.1).
    private func replyTaken() {
        if !isReceived { reset(.noError) }
    }

    // MARK: Streamed replies

    private func begin(_ stream: ResponseStream, length: Int?) -> StreamedReply {
        let streamed = StreamedReply(stream, length: length, loop: loop, sink: self)
        phase = .streaming(streamed)
        armDeadline()
        return streamed
    }

    var hasRoom: Bool { isWritable }

    func send(_ content: ByteBuffer) {
        guard case .streaming = phase else { return }
        if let head = pendingHead.take() { writeHead(of: head, isWhole: false) }
        if content.readableBytes > 0 { writeContent(content, isLast: false) }
        context?.flush()
    }

    func producerWaits() { armDeadline() }

    /// The producer has ended; without a failure, it wrote all.
    private func endStream(_ context: Context, _ failure: (any Error)?) -> StreamedReply? {
        guard case .streaming = phase else {
            service.responder.noteAbandoned(context, failure)
            return nil
        }
        guard let failure else {
            if let head = pendingHead.take() {
                writeHead(of: head, isWhole: true)
            } else {
                writeContent(ByteBuffer(), isLast: true)
            }
            replyEnded()
            return nil
        }
        guard pendingHead != nil, !hasFailed else {
            if pendingHead == nil { context.response.headWasSent() }
            service.responder.report(failure, in: context)
            reset(.internalError)
            return nil
        }
        // Nothing has left: the error can still be the reply.
        hasFailed = true
        pendingHead = nil
        phase = .working
        service.responder.fail(context, with: failure)
        return reply(with: context)
    }
}
