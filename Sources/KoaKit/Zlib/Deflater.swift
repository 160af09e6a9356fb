import CZlib
import NIOCore

/// Deflates one content, piece by piece.
final class Deflater {
    /// What is to be had after a piece.
    enum Flush {
        /// Whatever zlib gives: it gathers until more compresses well.
        case none
        /// All that was put in so far, so that a reader gets it now.
        case sync
        /// All of it, and the format's end.
        case finish

        fileprivate var mode: Int32 {
            switch self {
            case .none: Z_NO_FLUSH
            case .sync: Z_SYNC_FLUSH
            case .finish: Z_FINISH
            }
        }
    }

    // SAFETY: zlib keeps a pointer to its stream, so the stream lives at one address from `init` to `deinit`, which are
    // the only places that allocate and free it. Neither it nor a pointer into a buffer leaves this file.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Creates a deflater.
    ///
    /// - Parameters:
    ///   - coding: The format.
    ///   - level: 1 (fastest) to 9 (smallest).
    /// - Throws: ``HTTPError`` 500 when there is no memory.
    init(_ coding: ContentCoding, level: Int) throws(HTTPError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard czlib_deflate_init(stream, Int32(level), coding.windowBits) == Z_OK else {
            throw HTTPError(500, "zlib cannot be set up")
        }
    }

    deinit {
        // Does nothing but say so for a stream that was never set up.
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Deflates `input` whole.
    ///
    /// - Parameters:
    ///   - input: What to deflate; may be empty.
    ///   - flush: How much must come out. After `.finish` nothing more may be put in.
    /// - Returns: What came out; may be empty.
    func deflate(_ input: ByteBuffer, _ flush: Flush) -> ByteBuffer {
        var output = ByteBuffer()
        // SAFETY: both pointers are valid for the length passed with them while their closures run, and zlib does not
        // look at them afterwards. It reads through `next_in` and never writes, though its header says otherwise.
        input.withUnsafeReadableBytes { source in
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(source.count)
            repeat {
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: max(512, source.count / 2)) { target in
                    stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    stream.pointee.avail_out = UInt32(clamping: target.count)
                    let room = stream.pointee.avail_out
                    // With room and input it cannot fail; without either it says so and writes nothing.
                    _ = CZlib.deflate(stream, flush.mode)
                    return Int(room - stream.pointee.avail_out)
                }
            } while stream.pointee.avail_out == 0
            stream.pointee.next_in = nil
            stream.pointee.next_out = nil
        }
        return output
    }
}
