import NIOCore

/// What a peer has sent and what a test waits for.
///
/// Belongs to the event loop of its channel.
final class Inbox: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Takes a value off the front of the bytes, or nil until more have come.
    typealias Taker<Value> = (_ bytes: inout ByteBuffer, _ isEnded: Bool) throws -> Value?

    private var received = ByteBuffer()
    private var isEnded = false
    private var failure: RawConnectionError?
    private var isReset = false
    /// Tries again what the test waits for; says whether it is through.
    private var retry: (() -> Bool)?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        attempt()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed {
            isEnded = true
            attempt()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        // A reset is no end: content that only the end delimits is not whole then.
        isEnded = isEnded || !isReset
        attempt()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isReset = isReset || error is IOError
        if !isEnded, failure == nil { failure = RawConnectionError(.reset, "\(error)") }
        context.close(promise: nil)
    }

    /// Waits until `take` returns a value; fails when the peer has ended, or at the timeout.
    func wait<Value: Sendable>(
        for what: String,
        on loop: any EventLoop,
        within timeout: Duration,
        _ take: @escaping Taker<Value>
    ) -> EventLoopFuture<Value> {
        let promise = loop.makePromise(of: Value.self)
        guard retry == nil else {
            promise.fail(RawConnectionError(.timedOut, "two reads at once"))
            return promise.futureResult
        }
        let timer = loop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) { [self] in
            retry = nil
            promise.fail(RawConnectionError(.timedOut, "no \(what) in \(timeout), got \(received.readableBytes) bytes"))
        }
        retry = { [self] in
            do {
                if let value = try take(&received, isEnded) {
                    promise.succeed(value)
                } else if let failure {
                    promise.fail(failure)
                } else if isEnded {
                    let rest = String(buffer: received).prefix(200)
                    promise.fail(RawConnectionError(.closed, "end in place of \(what), after: \(rest)"))
                } else {
                    return false
                }
            } catch {
                promise.fail(error)
            }
            timer.cancel()
            return true
        }
        attempt()
        return promise.futureResult
    }

    private func attempt() {
        guard let retry, retry() else { return }
        self.retry = nil
    }
}
