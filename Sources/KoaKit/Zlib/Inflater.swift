import CZlib
import NIOCore

/// Inflates one content, piece by piece, within a bound on how much larger it may become.
///
/// Each piece is of bounded size whatever the input, so that a small bomb never becomes a large buffer.
final class Inflater {
    /// How large a piece is at most.
    static let pieceSize = 65_536
    /// How many bytes may come out for one that goes in; text of a program or a person does not come near it.
    static let defaultMaximumRatio = 100
    /// Under this much output the ratio is not looked at: short contents of one letter compress well and harm nobody.
    private static let unratedOutput = 65_536

    // SAFETY: zlib keeps a pointer to its stream, so the stream lives at one address from `init` to `deinit`, which are
    // the only places that allocate and free it. Neither it nor a pointer into a buffer leaves this file.
    private let stream: UnsafeMutablePointer<z_stream>
    private let coding: ContentCoding
    private let maximumRatio: Int
    private var inputCount = 0
    private var outputCount = 0
    /// Whether zlib may hold output that did not fit the last piece.
    private var holdsOutput = false
    private var isAtEnd = false

    /// Creates an inflater.
    ///
    /// - Parameters:
    ///   - coding: The format.
    ///   - maximumRatio: How many bytes may come out for one that goes in, from 64 KiB of output on. Default: 100.
    /// - Throws: ``HTTPError`` 500 when there is no memory.
    init(_ coding: ContentCoding, maximumRatio: Int = defaultMaximumRatio) throws(HTTPError) {
        self.coding = coding
        self.maximumRatio = maximumRatio
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard czlib_inflate_init(stream, coding.windowBits) == Z_OK else {
            throw HTTPError(500, "zlib cannot be set up")
        }
    }

    deinit {
        // Does nothing but say so for a stream that was never set up.
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Inflates what fills one piece; to be called until it returns nil, which means that `input` is used up.
    ///
    /// - Parameter input: What it used of this is read from it.
    /// - Returns: 1 to 65,536 bytes, nil when more input is needed.
    /// - Throws: ``HTTPError`` 400 when this is not of the format, 413 when too much comes out of it.
    func inflate(_ input: inout ByteBuffer) throws(HTTPError) -> ByteBuffer? {
        while input.readableBytes > 0 || holdsOutput {
            if isAtEnd {
                // The gzip format is a series of members; the zlib format is one.
                guard coding == .gzip, inflateReset(stream) == Z_OK else { throw .malformedEncoding }
                isAtEnd = false
            }
            let piece = try inflatePiece(&input)
            outputCount += piece.readableBytes
            guard outputCount <= Self.unratedOutput || outputCount / maximumRatio <= inputCount else {
                throw HTTPError(413, "the body inflates to too much", reason: .payloadTooLarge)
            }
            if piece.readableBytes > 0 { return piece }
        }
        return nil
    }

    /// Checks that the content was whole.
    ///
    /// - Throws: ``HTTPError`` 400 when it broke off.
    func finish() throws(HTTPError) {
        guard isAtEnd else { throw .malformedEncoding }
    }

    private func inflatePiece(_ input: inout ByteBuffer) throws(HTTPError) -> ByteBuffer {
        var piece = ByteBufferAllocator().buffer(capacity: min(Self.pieceSize, max(4_096, input.readableBytes * 4)))
        var result = Z_OK
        let available = input.readableBytes
        let capacity = piece.capacity
        // SAFETY: both pointers are valid for the length passed with them until the closures return, and zlib does not
        // look at them again before the next call sets new ones. It reads through `next_in` and never writes, though
        // its header says otherwise.
        input.readWithUnsafeReadableBytes { source in
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(clamping: available)
            piece.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { target in
                stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_out = UInt32(clamping: target.count)
                result = CZlib.inflate(stream, Z_NO_FLUSH)
                let unused = Int(stream.pointee.avail_out)
                holdsOutput = unused == 0
                return target.count - unused
            }
            let used = Int(UInt32(clamping: available) - stream.pointee.avail_in)
            stream.pointee.next_in = nil
            stream.pointee.next_out = nil
            inputCount += used
            return used
        }
        switch result {
        case Z_STREAM_END:
            isAtEnd = true
            holdsOutput = false
        // No progress was possible: the last piece was full by chance, or a byte is missing.
        case Z_OK, Z_BUF_ERROR: break
        default: throw .malformedEncoding
        }
        return piece
    }
}

extension HTTPError {
    fileprivate static let malformedEncoding = HTTPError(
        400, "the body is not what its Content-Encoding says", reason: .malformedBody)
}
