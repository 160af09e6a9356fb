import NIOCore

/// The operations of a pipeline, parted among the nodes that serve them.
struct PipelineShares {
    private(set) var all: [PipelineShare] = []
    /// The places of the operations that every primary runs.
    private(set) var commonPlaces: Set<Int> = []
    private var shareOfNode: [RedisConfiguration.Endpoint: Int] = [:]

    /// Adds an operation to the share of a node.
    mutating func append(_ operation: OperationFrame, at place: Int, of node: ClusterNode) {
        if let share = shareOfNode[node.endpoint] {
            all[share].append(operation, at: place)
        } else {
            shareOfNode[node.endpoint] = all.count
            all.append(PipelineShare(node: node, operation: operation, place: place))
        }
    }

    /// Adds an operation to the share of each primary, so that it keeps its place among their other operations.
    mutating func append(_ operation: OperationFrame, at place: Int, ofEach primaries: [ClusterNode]) {
        commonPlaces.insert(place)
        for primary in primaries { append(operation, at: place, of: primary) }
    }

    /// Adds an operation to whichever share there is.
    ///
    /// - Returns: Whether there is one.
    mutating func appendAnywhere(_ operation: OperationFrame, at place: Int) -> Bool {
        guard !all.isEmpty else { return false }
        all[all.count - 1].append(operation, at: place)
        return true
    }
}

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
