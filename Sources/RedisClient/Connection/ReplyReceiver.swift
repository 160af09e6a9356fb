/// Who waits for a reply.
enum ReplyReceiver {
    /// A task that called a command.
    case caller(ReplyContinuation)
    /// The connection itself, for one step of its handshake.
    case handshake(HandshakeStep)
    /// The connection itself, to know that the server lives.
    case healthCheck
}

/// Resumes a caller with its reply.
///
/// Unsafe rather than checked: `ReplyQueue` takes a receiver out before anyone can resume it, and empties every place
/// when the connection ends, so each is resumed once; the check would cost an allocation for every command.
typealias ReplyContinuation = UnsafeContinuation<Result<RedisValue, RedisError>, Never>
