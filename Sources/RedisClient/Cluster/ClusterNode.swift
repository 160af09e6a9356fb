/// A node of a cluster and its address.
struct ClusterNode: Sendable {
    let endpoint: RedisConfiguration.Endpoint
    let node: RedisNode
}
