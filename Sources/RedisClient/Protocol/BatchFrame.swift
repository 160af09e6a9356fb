import NIOCore

/// Commands that leave together and whose replies come back together: a pipeline, or a transaction.
struct BatchFrame: RoutedFrame {
    typealias Reply = [RedisValue]

    /// At least one.
    let operations: [OperationFrame]
    /// Whether MULTI goes before, and EXEC after, with a reply of their own each.
    let isTransaction: Bool

    /// Makes a batch.
    ///
    /// The text of a script is sent where it is called first and its digest after that: the server that ran the one
    /// knows the other, and nothing has to be sent again, which would change the order.
    init(_ operations: [OperationFrame], isTransaction: Bool) {
        var known: Set<String> = []
        self.operations = operations.map { operation in
            guard case .script(let frame) = operation, known.insert(frame.script.digest).inserted else {
                return operation
            }
            return .script(frame.withSource)
        }
        self.isTransaction = isTransaction
    }

    var name: String { isTransaction ? "MULTI" : "PIPELINE" }

    var batchSize: Int? { operations.count }

    var replyCount: Int { operations.count + (isTransaction ? 2 : 0) }

    var sizeEstimate: Int { operations.reduce(32) { $0 + $1.sizeEstimate } }

    func write(to buffer: inout ByteBuffer) {
        if isTransaction { buffer.writeStaticString("*1\r\n$5\r\nMULTI\r\n") }
        for operation in operations { operation.write(to: &buffer) }
        if isTransaction { buffer.writeStaticString("*1\r\n$4\r\nEXEC\r\n") }
    }

    static func receiver(_ continuation: ReplyContinuation<Reply>) -> ReplyReceiver { .batch(continuation) }

    func perform(
        through router: ClusterRouter, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> Reply {
        isTransaction
            ? try await router.perform(transaction: self, asked: asked, deadline: deadline)
            : try await router.perform(pipeline: self, asked: asked, deadline: deadline)
    }
}
