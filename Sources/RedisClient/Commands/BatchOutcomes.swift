/// Hands out the outcomes of a batch, one operation after the other.
struct BatchOutcomes {
    private var replies: IndexingIterator<[RedisValue]>

    /// Takes one reply for each operation.
    init(_ replies: [RedisValue]) {
        self.replies = replies.makeIterator()
    }

    mutating func next<Output>(for operation: RedisOperation<Output>) -> Result<Output, RedisError> {
        guard let reply = replies.next() else { return .failure(.protocolViolation(.missingReply)) }
        if case .error(let error) = reply { return .failure(.server(error)) }
        do throws(RedisError) {
            return .success(try operation.output(of: reply))
        } catch {
            return .failure(error)
        }
    }
}
