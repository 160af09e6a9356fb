/// Who waits for a reply.
enum ReplyReceiver: Sendable {
    /// A task that called a command.
    case caller(ReplyContinuation<RedisValue>)
    /// A task that called several at once, and gets all replies together.
    case batch(ReplyContinuation<[RedisValue]>)
    /// The connection itself, for one step of its handshake.
    case handshake(HandshakeStep)
    /// The connection itself, to know that the server lives.
    case healthCheck

    /// Resumes the task that waits, if it is one.
    ///
    /// - Returns: Whether it is a task rather than the connection itself.
    @discardableResult
    func fail(_ error: RedisError) -> Bool {
        switch self {
        case .caller(let continuation): continuation.resume(returning: .failure(error))
        case .batch(let continuation): continuation.resume(returning: .failure(error))
        case .handshake, .healthCheck: return false
        }
        return true
    }
}

/// Resumes a caller with its reply.
///
/// Unsafe rather than checked: `ReplyQueue` takes a receiver out before anyone can resume it, and empties every place
/// when the connection ends, so each is resumed once; the check would cost an allocation for every command.
typealias ReplyContinuation<Reply> = UnsafeContinuation<Result<Reply, RedisError>, Never>
