import NIOCore
import NIOHTTP1

/// NIO's request decoder, held to what it does not watch itself.
///
/// - Bytes that make no part of a message, such as an endless chunk extension, are bounded.
/// - How a read ended is kept: NIO's says nothing of a head that is begun behind a whole request in one read.
/// - A method that it does not know is told apart from bytes that are no method.
final class RequestDecoder: ByteToMessageDecoder {
    typealias InboundOut = HTTPServerRequestPart

    /// Bytes that are an HTTP request, but not one that this server takes.
    enum Refusal: Error {
        case unknownMethod
    }

    private let decoder: HTTPRequestDecoder
    private let progress: DecodingProgress
    private let overheadLimit: Int
    /// What an earlier call has seen and left in the buffer.
    private var leftover = 0

    init(_ limits: HTTPLimits, progress: DecodingProgress) {
        var configuration = NIOHTTPDecoderLimitConfiguration()
        configuration.maxHeaderFieldSize = limits.headerBlock
        configuration.maxHeaderListSize = limits.headerBlock
        configuration.maxHeaderFieldCount = limits.headerCount
        decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: configuration)
        // NIO counts names and values: around each stand a colon, a space and a line end.
        overheadLimit = limits.headerBlock + 4 * limits.headerCount + 64
        self.progress = progress
    }

    func decoderAdded(context: ChannelHandlerContext) { decoder.decoderAdded(context: context) }

    func decoderRemoved(context: ChannelHandlerContext) { decoder.decoderRemoved(context: context) }

    func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        let fresh = buffer.readableBytes - leftover
        let startsMessage = progress.isBetweenMessages && progress.undecodedBytes == 0
        progress.undecodedBytes += fresh
        progress.tail = BytesTail(buffer)
        let state: DecodingState
        do {
            state = try decoder.decode(context: context, buffer: &buffer)
        } catch HTTPParserError.invalidMethod where startsMessage && progress.undecodedBytes == fresh {
            throw Self.startsWithMethod(buffer) ? Refusal.unknownMethod : HTTPParserError.invalidMethod
        }
        leftover = buffer.readableBytes
        if progress.undecodedBytes > overheadLimit {
            throw progress.isInBody ? HTTPParserError.invalidChunkSize : HTTPParserError.headerOverflow
        }
        return state
    }

    func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        leftover = 0
        return try decoder.decodeLast(context: context, buffer: &buffer, seenEOF: seenEOF)
    }

    /// Whether a token and a space come first (RFC 9112, section 3), after line ends that a client may have left over.
    private static func startsWithMethod(_ buffer: ByteBuffer) -> Bool {
        let line = buffer.readableBytesView.drop { $0 == 0x0D || $0 == 0x0A }
        let method = line.prefix { isTokenByte($0) }
        return !method.isEmpty && line.dropFirst(method.count).first == UInt8(ascii: " ")
    }
}
