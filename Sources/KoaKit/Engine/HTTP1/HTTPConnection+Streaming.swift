import NIOCore

/// A body that is sent while it is made.
extension HTTPConnection: ReplySink {
    /// Content up to this size is copied into the gathered bytes; larger content is passed on as it is.
    private static let copiedSize = 8_192

    /// The middleware have finished; the head waits for the first byte, so that an error can still be told.
    func begin(_ stream: ResponseStream, _ reply: Reply, of exchange: Exchange) -> StreamedReply {
        let streamed = StreamedReply(stream, length: reply.length, loop: loop, sink: self)
        exchange.phase = .streaming(streamed)
        exchange.pendingHead = reply
        armDeadline()
        return streamed
    }

    /// The handler writes all of the reply itself, head included, up to the end of the connection.
    func handOver(to stream: ResponseStream, _ exchange: Exchange) -> StreamedReply {
        let streamed = StreamedReply(stream, length: nil, loop: loop, sink: self)
        exchange.phase = .streaming(streamed)
        exchange.keepsAlive = false
        exchange.sentFraming = .end
        armDeadline()
        return streamed
    }

    // MARK: Heads that leave early

    func sendHead(_ head: Reply) -> Bool {
        guard life == .open, let exchange, exchange.isWorking, exchange.flushedHead == nil else { return false }
        write(head, of: exchange)
        exchange.flushedHead = head
        flush()
        return true
    }

    /// Sends what the middleware left behind a head that is out already.
    ///
    /// - Returns: A stream whose producer is to be run; nil when the reply is made.
    func finish(
        _ exchange: Exchange, behind head: Reply, _ context: Context, _ failure: (any Error)?
    ) -> StreamedReply? {
        do {
            if let failure { throw failure }
            switch try renderer.content(of: context.response, behind: head) {
            case .stream(let stream):
                let streamed = StreamedReply(stream, length: head.length, loop: loop, sink: self)
                exchange.phase = .streaming(streamed)
                armDeadline()
                return streamed
            case .bytes(let bytes):
                if head.hasContent { send(bytes, of: exchange) }
                if exchange.sentFraming == .chunked { ChunkedCoding.appendEnd(to: &output) }
                replyEnded(exchange)
            }
        } catch {
            responder.report(error, in: context)
            truncate(exchange)
        }
        return nil
    }

    // MARK: Content

    var hasRoom: Bool { isWritable }

    func send(_ content: ByteBuffer) {
        guard life == .open, let exchange, exchange.streamedReply != nil else { return }
        writePendingHead(of: exchange)
        send(content, of: exchange)
    }

    private func send(_ content: ByteBuffer, of exchange: Exchange) {
        takeOutput()
        switch exchange.sentFraming {
        case .chunked where content.readableBytes > Self.copiedSize:
            ChunkedCoding.appendSize(content.readableBytes, to: &output)
            pass(content)
            output.writeStaticString("\r\n")
        case .chunked: ChunkedCoding.append(content, to: &output)
        case .length where content.readableBytes > Self.copiedSize, .end where content.readableBytes > Self.copiedSize:
            pass(content)
        case .length, .end: output.writeImmutableBuffer(content)
        }
        flushSoon()
    }

    func producerWaits() { armDeadline() }

    /// The client has taken what was written: more may follow.
    func clientMadeRoom() {
        if let streamed = exchange?.streamedReply {
            armDeadline()
            streamed.roomCame()
        }
        advance()
        resumeReading()
    }

    /// The producer has ended; without a failure, it wrote all.
    ///
    /// - Returns: Another stream to run, the error shaper's; nil when the reply is made.
    func endStream(_ id: UInt64, _ context: Context, _ failure: (any Error)?) -> StreamedReply? {
        guard life == .open, let exchange, exchange.id == id, exchange.streamedReply != nil else {
            responder.noteAbandoned(context, failure)
            return nil
        }
        guard let failure else {
            writePendingHead(of: exchange)
            if exchange.sentFraming == .chunked { ChunkedCoding.appendEnd(to: &output) }
            replyEnded(exchange)
            return nil
        }
        guard exchange.pendingHead != nil, !exchange.hasFailed else {
            if exchange.pendingHead == nil { context.response.headWasSent() }
            responder.report(failure, in: context)
            truncate(exchange)
            return nil
        }
        // Nothing has left: the error can still be the reply.
        exchange.hasFailed = true
        exchange.pendingHead = nil
        exchange.phase = .working
        responder.fail(context, with: failure)
        return reply(with: context)
    }

    private func writePendingHead(of exchange: Exchange) {
        guard let head = exchange.pendingHead.take() else { return }
        write(head, of: exchange)
    }

    /// Ends a reply in its middle, so that the client can tell that it is not whole.
    func truncate(_ exchange: Exchange) {
        exchange.keepsAlive = false
        if exchange.pendingHead == nil, exchange.sentFraming != .end { closeCleanly() } else { reset() }
    }
}
