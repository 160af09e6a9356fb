import CHiredis
import NIOCore

/// Turns the bytes of one connection into replies.
///
/// libhiredis parses, and its callbacks fill a flat tape (`CHiredis`), which this type reads. One reader serves one
/// connection: half a reply of a lost connection never meets the bytes of the next one.
final class ReplyReader {
    /// More than this at once makes hiredis move the unread rest again and again: of a GET's instructions at 512 tasks,
    /// 16 KiB cost an eighth more.
    static let sliceSize = 4 * 1_024

    /// Arrays inside arrays; hiredis 0.14 cannot read more.
    static let maximumDepth: Int32 = 8

    private let tape: OpaquePointer
    private let allocator = ByteBufferAllocator()

    /// Makes a reader.
    ///
    /// - Parameter maximumReplyBytes: A larger reply ends the connection.
    /// - Throws: ``RedisError`` `.protocolViolation` when there is no memory for a reader.
    init(maximumReplyBytes: Int) throws(RedisError) {
        guard let tape = redis_tape_create(maximumReplyBytes, Self.maximumDepth) else {
            throw .protocolViolation(.outOfMemory)
        }
        self.tape = tape
    }

    deinit {
        redis_tape_free(tape)
    }

    /// Takes bytes as they came from the socket and hands out each reply they complete.
    ///
    /// - Parameters:
    ///   - bytes: Any number of bytes, cut anywhere.
    ///   - deliver: Takes one reply; answers whether to go on.
    /// - Throws: ``RedisError`` `.protocolViolation`; the reader is of no further use then.
    func read(_ bytes: UnsafeRawBufferPointer, deliver: (RedisValue) -> Bool) throws(RedisError) {
        var start = 0
        while start < bytes.count {
            let count = min(Self.sliceSize, bytes.count - start)
            try check(redis_tape_feed(tape, bytes.baseAddress?.advanced(by: start), count))
            start += count
            while try check(redis_tape_next(tape)) {
                guard deliver(currentReply()) else { return }
            }
        }
    }

    /// Answers whether a reply is there.
    @discardableResult
    private func check(_ result: redis_tape_result) throws(RedisError) -> Bool {
        switch result {
        case REDIS_TAPE_NEEDS_MORE: return false
        case REDIS_TAPE_REPLY: return true
        case REDIS_TAPE_TOO_LARGE: throw .protocolViolation(.replyTooLarge)
        case REDIS_TAPE_TOO_DEEP: throw .protocolViolation(.nestedTooDeep)
        case REDIS_TAPE_NO_MEMORY: throw .protocolViolation(.outOfMemory)
        default: throw .protocolViolation(.malformedReply)
        }
    }

    private func currentReply() -> RedisValue {
        let tokens = UnsafeBufferPointer(start: redis_tape_tokens(tape), count: redis_tape_token_count(tape))
        guard tokens.count > 1 else { return value(of: tokens[0]) }
        // One copy for all texts of the reply, of which the elements are slices: two allocations for each saved.
        let end = tokens.lazy.filter { UInt32(bitPattern: $0.kind) == REDIS_TAPE_BULK.rawValue }.last.map {
            $0.offset + Int($0.number)
        }
        let texts = allocator.buffer(bytes: UnsafeBufferPointer(start: redis_tape_bytes(tape), count: end ?? 0))
        var position = 0
        return value(in: tokens, at: &position, texts: texts)
    }

    private func value(
        in tokens: UnsafeBufferPointer<redis_tape_token>, at position: inout Int, texts: ByteBuffer
    ) -> RedisValue {
        let token = tokens[position]
        position += 1
        switch UInt32(bitPattern: token.kind) {
        case REDIS_TAPE_BULK.rawValue:
            return .bulk(texts.getSlice(at: token.offset, length: Int(token.number)) ?? ByteBuffer())
        case REDIS_TAPE_ARRAY.rawValue:
            // The tape holds all elements of a whole reply, so the announced count is the real one here.
            var elements: [RedisValue] = []
            elements.reserveCapacity(Int(token.number))
            for _ in 0..<token.number {
                elements.append(value(in: tokens, at: &position, texts: texts))
            }
            return .array(elements)
        default: return value(of: token)
        }
    }

    /// The value of a token that has no elements.
    private func value(of token: redis_tape_token) -> RedisValue {
        switch UInt32(bitPattern: token.kind) {
        case REDIS_TAPE_BULK.rawValue: .bulk(allocator.buffer(bytes: text(of: token)))
        case REDIS_TAPE_STATUS.rawValue: .simpleString(String(decoding: text(of: token), as: UTF8.self))
        case REDIS_TAPE_ERROR.rawValue: .error(RedisServerError(replyText: text(of: token)))
        case REDIS_TAPE_INTEGER.rawValue: .integer(Int(token.number))
        case REDIS_TAPE_NULL.rawValue: .null
        default: .array([])
        }
    }

    private func text(of token: redis_tape_token) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: redis_tape_bytes(tape)?.advanced(by: token.offset), count: Int(token.number))
    }
}
