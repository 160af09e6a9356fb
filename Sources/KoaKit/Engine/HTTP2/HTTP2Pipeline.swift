import NIOCore
import NIOHTTP2

extension HTTP2Connection {
    /// Adds what serves HTTP/2 to a channel, behind whatever decrypts.
    ///
    /// - Throws: An error of NIO when the channel is closed.
    static func addHandlers(to channel: any Channel, _ service: HTTP2Service) throws {
        let loop = channel.eventLoop
        let connection = HTTP2Connection(loop: loop, periods: service.periods)
        let bound = NIOLoopBound(service, eventLoop: loop)
        let handler = NIOHTTP2Handler(
            mode: .server,
            eventLoop: loop,
            connectionConfiguration: connectionConfiguration(service.limits),
            streamConfiguration: streamConfiguration,
            streamDelegate: StreamObserver(connection)
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let service = bound.value
                try stream.pipeline.syncOperations.addHandler(HTTP2Stream(service, loop: stream.eventLoop))
            }
        }
        try channel.pipeline.syncOperations.addHandlers([handler, connection])
    }

    /// Requests at once on one connection.
    private static let concurrentStreams = 100

    private static func connectionConfiguration(
        _ limits: HTTPLimits
    ) -> NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        // Past this the connection ends; what is between it and the limit is told 431. A field costs 32 bytes on top
        // (RFC 9113, section 6.5.2).
        let headerList = 2 * limits.headerBlock + limits.target + 32 * (limits.headerCount + 5)
        configuration.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: concurrentStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: headerList),
        ]
        // NIO counts these over the connection's whole life; within 30 s, ``StreamErrorCount`` does.
        configuration.maximumConnectionGlitches = .max
        // Uploads of several streams share this window; what nobody reads is held up to it.
        configuration.targetWindowSize = 524_288
        return configuration
    }

    /// NIO's own bounds hold against floods: 200 resets, stream errors or control frames in 30 s (CVE-2023-44487), 5
    /// CONTINUATION frames in a row.
    private static var streamConfiguration: NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.targetWindowSize = 131_072
        configuration.outboundBufferSizeHighWatermark = 65_536
        configuration.outboundBufferSizeLowWatermark = 32_768
        return configuration
    }
}
