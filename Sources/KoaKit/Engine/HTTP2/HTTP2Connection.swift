import NIOCore
import NIOHTTP2

/// The life of an HTTP/2 connection: closes it when it is idle, broken, or the server stops.
///
/// It stands behind NIO's `NIOHTTP2Handler`, which makes a channel of each stream.
final class HTTP2Connection: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private let loop: any EventLoop
    private let periods: Periods
    private var context: ChannelHandlerContext?
    private var openStreams = 0
    private var lastStream = HTTP2StreamID.rootStream
    private var errors = StreamErrorCount()
    private var isStopping = false
    private var deadlines = ConnectionDeadlines()

    init(loop: any EventLoop, periods: Periods) {
        self.loop = loop
        self.periods = periods
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        armDeadline()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadlines.cancel()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadlines.cancel()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { stop() }
        // A client of HTTP/2 that has closed its side can neither open windows nor say anything else.
        if event as? ChannelEvent == .inputClosed, openStreams == 0 { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !Self.endsConnection(error) {
            // What concerns one stream has reset that stream, and its channel was told.
            guard errors.isExceeded(byErrorAt: .now()) else { return }
            sayGoAway(.enhanceYourCalm)
        }
        context.close(promise: nil)
    }

    // MARK: Streams

    fileprivate func streamCreated(_ id: HTTP2StreamID) {
        openStreams += 1
        lastStream = max(lastStream, id)
        armDeadline()
    }

    fileprivate func streamClosed() {
        openStreams -= 1
        if isStopping, openStreams == 0 { return closeAfterFlush() }
        armDeadline()
    }

    // MARK: Ends

    private func armDeadline() {
        let deadline = openStreams == 0 ? NIODeadline.now() + periods.idle : .distantFuture
        deadlines.set(deadline, on: loop, handler: DeadlineHandler(self))
    }

    private func timerFired() {
        guard deadlines.hasPassed(period: periods.idle, on: loop, handler: DeadlineHandler(self)) else { return }
        if openStreams == 0, !isStopping { sayGoAway() }
        context?.close(promise: nil)
    }

    /// The server is stopping: no new streams, those that are open may finish within the grace.
    ///
    /// A client may repeat what it sent on streams after the last that GOAWAY names (RFC 9113, section 6.8).
    private func stop() {
        guard !isStopping else { return }
        isStopping = true
        sayGoAway()
        if openStreams == 0 { return closeAfterFlush() }
        deadlines.bound(by: .now() + periods.shutdown, on: loop, handler: DeadlineHandler(self))
    }

    private func sayGoAway(_ reason: HTTP2ErrorCode = .noError) {
        let frame = HTTP2Frame(
            streamID: .rootStream,
            payload: .goAway(lastStreamID: lastStream, errorCode: reason, opaqueData: nil)
        )
        context?.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    /// Our side first, so that what is written is not overtaken by a reset; the client then closes its own.
    private func closeAfterFlush() {
        deadlines.bound(by: .now() + periods.linger, on: loop, handler: DeadlineHandler(self))
        // From another turn: a stream ends inside the write of its last frame.
        let connection = NIOLoopBound(self, eventLoop: loop)
        loop.execute { connection.value.context?.close(promise: nil) }
    }

    private static func endsConnection(_ error: any Error) -> Bool {
        switch error {
        case is NIOHTTP2Errors.UnableToParseFrame, is NIOHTTP2Errors.BadClientMagic, is NIOHTTP2Errors.MissingPreface,
            is NIOHTTP2Errors.ExcessivelyLargeHeaderBlock, is NIOHTTP2Errors.ExcessiveContinuationFrames,
            is NIOHTTP2Errors.ExcessiveRSTFrames, is NIOHTTP2Errors.ExcessiveControlFrames,
            is NIOHTTP2Errors.ExcessiveEmptyDataFrames, is NIOHTTP2Errors.ExcessiveStreamErrors,
            is NIOHTTP2Errors.ExcessiveNumberOfGlitches, is NIOHTTP2Errors.ExcessiveOutboundFrameBuffering,
            is NIOHTTP2Errors.ReceivedBadSettings, is NIOHTTP2Errors.InvalidSetting,
            is NIOHTTP2Errors.InvalidStreamIDForPeer, is NIOHTTP2Errors.StreamIDTooSmall,
            is NIOHTTP2Errors.RaisedGoawayLastStreamID, is NIOHTTP2Errors.PushInViolationOfSetting:
            true
        // The socket broke, or TLS.
        default: !(error is any NIOHTTP2Error)
        }
    }

    private struct DeadlineHandler: NIOScheduledCallbackHandler, Sendable {
        let connection: NIOLoopBound<HTTP2Connection>

        init(_ connection: HTTP2Connection) {
            self.connection = NIOLoopBound(connection, eventLoop: connection.loop)
        }

        func handleScheduledCallback(eventLoop: some EventLoop) {
            connection.value.timerFired()
        }
    }

    /// Hears of the streams.
    struct StreamObserver: NIOHTTP2StreamDelegate {
        private let connection: NIOLoopBound<HTTP2Connection>

        init(_ connection: HTTP2Connection) {
            self.connection = NIOLoopBound(connection, eventLoop: connection.loop)
        }

        func streamCreated(_ id: HTTP2StreamID, channel: any Channel) { connection.value.streamCreated(id) }

        func streamClosed(_ id: HTTP2StreamID, channel: any Channel) { connection.value.streamClosed() }
    }
}
