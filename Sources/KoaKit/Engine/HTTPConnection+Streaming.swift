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

    var hasRoom: Bool { isWritable }

    func send(_ content: ByteBuffer) {
        guard life == .open, let exchange, exchange.streamedReply != nil else { return }
        writePendingHead(of: exchange)
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
    private func truncate(_ exchange: Exchange) {
        exchange.keepsAlive = false
        if exchange.pendingHead == nil, exchange.sentFraming != .end { closeCleanly() } else { cut(sending: "") }
    }
}
