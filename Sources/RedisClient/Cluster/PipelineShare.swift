import NIOCore

/// What one node serves of a pipeline.
struct PipelineShare: Sendable {
    let node: ClusterNode
    private(set) var operations: [OperationFrame]
    /// Where they stand in the pipeline.
    private(set) var places: [Int]

    init(node: ClusterNode, operation: OperationFrame, place: Int) {
        self.node = node
        operations = [operation]
        places = [place]
    }

    mutating func append(_ operation: OperationFrame, at place: Int) {
        operations.append(operation)
        places.append(place)
    }

    func perform(asked: NIODeadline, deadline: NIODeadline) async -> Result<[RedisValue], RedisError> {
        do throws(RedisError) {
            let batch = BatchFrame(operations, isTransaction: false)
            return .success(try await node.node.perform(batch, asked: asked, deadline: deadline))
        } catch {
            return .failure(error)
        }
    }
}
