/// The replies of MULTI, of each queued command, and of EXEC.
struct TransactionReplies {
    private let begin: RedisValue
    private let queued: ArraySlice<RedisValue>
    private let execution: RedisValue

    /// Takes the replies of a batch that is a transaction, which are at least two.
    init(_ replies: [RedisValue]) {
        begin = replies[0]
        queued = replies[1..<(replies.count - 1)]
        execution = replies[replies.count - 1]
    }

    /// The results of the commands that were queued, in order.
    ///
    /// - Throws: ``RedisError`` `.server` when the server gave the transaction up, `.protocolViolation` when the
    ///   replies are not those of a transaction.
    func results() throws(RedisError) -> [RedisValue] {
        if case .error(let error) = begin {
            // Without MULTI each command was one of its own.
            throw RedisError(.server, wasSent: true, serverError: error, detail: .transactionRefused)
        }
        switch execution {
        case .array(let results) where results.count == queued.count && queued.allSatisfy(Self.isQueued):
            return results
        case .error(let error):
            throw RedisError(.server, wasSent: true, serverError: error, underlying: refusal)
        default:
            throw .protocolViolation(.noTransaction)
        }
    }

    private var refusal: RedisTransactionRefusal? {
        var errors: [Int: RedisServerError] = [:]
        for (index, reply) in queued.enumerated() {
            if case .error(let error) = reply { errors[index] = error }
        }
        return errors.isEmpty ? nil : RedisTransactionRefusal(errors: errors)
    }

    private static func isQueued(_ reply: RedisValue) -> Bool { reply == .simpleString("QUEUED") }
}
