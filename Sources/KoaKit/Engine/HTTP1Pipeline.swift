import NIOCore
import NIOHTTP1

extension HTTPConnection {
    /// Adds what serves HTTP/1 to a channel, behind whatever decrypts.
    ///
    /// - Throws: An error of NIO when the channel is closed.
    static func addHandlers(
        to channel: any Channel,
        responder: Responder,
        limits: HTTPLimits,
        executor: EventLoopTaskExecutor
    ) throws {
        var decoderLimits = NIOHTTPDecoderLimitConfiguration()
        decoderLimits.maxHeaderFieldSize = limits.headerBlock
        decoderLimits.maxHeaderListSize = limits.headerBlock
        decoderLimits.maxHeaderFieldCount = limits.headerCount
        let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: decoderLimits)
        let connection = HTTPConnection(
            responder: responder, limits: limits, executor: executor, loop: channel.eventLoop, date: DateField())
        try channel.pipeline.syncOperations.addHandlers([ByteToMessageHandler(decoder), connection])
    }
}
