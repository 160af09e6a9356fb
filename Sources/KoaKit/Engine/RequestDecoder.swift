import NIOCore
import NIOHTTP1

/// NIO's decoder of requests, which also knows how a read ended.
///
/// NIO's says nothing of a head that is begun behind a whole request in one read; the connection must know, since its
/// time has begun.
final class RequestDecoder: ByteToMessageDecoder {
    typealias InboundOut = HTTPServerRequestPart

    /// The end of some bytes, as much of it as is worth comparing.
    struct Tail {
        /// The last bytes, the very last one lowest.
        var bytes: UInt32 = 0
        /// How many of them count, up to 4.
        var count = 0

        init() {}

        init(_ buffer: ByteBuffer) {
            if let last = buffer.getInteger(at: buffer.writerIndex - 4, as: UInt32.self), buffer.readableBytes >= 4 {
                (bytes, count) = (last, 4)
            } else {
                for byte in buffer.readableBytesView { bytes = bytes << 8 | UInt32(byte) }
                count = buffer.readableBytes
            }
        }

        /// Whether these bytes are the last ones of `other`.
        func ends(_ other: Tail) -> Bool {
            guard count <= other.count else { return false }
            let mask = count == 4 ? UInt32.max : (1 << UInt32(count * 8)) - 1
            return bytes & mask == other.bytes & mask
        }
    }

    /// The end of the last read.
    private(set) var tail = Tail()
    private let decoder: HTTPRequestDecoder

    init(_ limits: HTTPLimits) {
        var decoderLimits = NIOHTTPDecoderLimitConfiguration()
        decoderLimits.maxHeaderFieldSize = limits.headerBlock
        decoderLimits.maxHeaderListSize = limits.headerBlock
        decoderLimits.maxHeaderFieldCount = limits.headerCount
        decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: decoderLimits)
    }

    /// Whether the last read ended with an empty line, as a head does, and a chunked body.
    var endsWithEmptyLine: Bool { tail.bytes == 0x0D0A_0D0A }

    func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        tail = Tail(buffer)
        return try decoder.decode(context: context, buffer: &buffer)
    }

    func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        try decoder.decodeLast(context: context, buffer: &buffer, seenEOF: seenEOF)
    }

    func decoderAdded(context: ChannelHandlerContext) { decoder.decoderAdded(context: context) }

    func decoderRemoved(context: ChannelHandlerContext) { decoder.decoderRemoved(context: context) }
}
