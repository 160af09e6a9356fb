import Glibc
import NIOCore
import NIOSSL

/// How a connection ends: by the server's stop, cleanly after its last reply, or at once.
extension HTTPConnection {
    /// The server is stopping: an idle connection ends now, a busy one with its last reply, none after the grace.
    func stop() {
        isStopping = true
        let isIdle = life == .open && exchange == nil && arrival.headBegan == nil && waiting.isEmpty
        if isIdle, bufferedBytes == 0 { return close() }
        if isIdle { closeCleanly() }
        deadlines.bound(by: .now() + periods.shutdown, on: loop, handler: DeadlineHandler(self))
    }

    /// Sends what is left, closes our side and reads on until the client closes its own.
    ///
    /// A socket that is closed with unread bytes in it sends a reset, and a reset may overtake the reply.
    func closeCleanly() {
        guard life == .open else { return }
        life = .lingering
        endExchange(CancellationError())
        flush()
        guard let context else { return close() }
        armDeadline()
        let isSent = context.eventLoop.makePromise(of: Void.self)
        isSent.futureResult.assumeIsolated().whenComplete { [self] _ in
            isOutputClosed = true
            // In another turn: what TLS has to say at the end would be lost behind the write that ends here.
            if isInputClosed { closeSoon() } else if life == .lingering { armDeadline() }
        }
        // Half a close waits for what is still to be written; a whole one, which NIO makes of it once the client has
        // closed its side, would drop it.
        if isInputClosed {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: isSent)
        } else {
            context.close(mode: .output, promise: isSent)
            resumeReading()
        }
    }

    /// Cuts the connection by a reset: for a client that must not take what it got for the whole.
    func reset() {
        flush()
        if let socket = context?.channel as? any SocketOptionProvider {
            _ = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        }
        end()
        // TLS would say goodbye, and what was sent look whole.
        let decryption = try? context?.pipeline.syncOperations.context(handlerType: NIOSSLHandler.self)
        (decryption ?? context)?.close(promise: nil)
    }

    private func closeSoon() {
        loop.assumeIsolated().execute { [self] in close() }
    }

    func close() {
        end()
        context?.close(promise: nil)
    }

    func end() {
        guard life != .closed else { return }
        life = .closed
        deadlines.cancel()
        endExchange(HTTPError(499, "the client closed the connection", reason: .clientClosed))
    }

    /// Lets the request in hand go: its task is cancelled, and what it waits for fails.
    private func endExchange(_ error: any Error) {
        let exchange = exchange.take()
        waiting.removeAll()
        exchange?.task?.cancel()
        exchange?.streamedReply?.fail(CancellationError())
        exchange?.body?.fail(error)
        exchange?.body?.discard()
    }
}
