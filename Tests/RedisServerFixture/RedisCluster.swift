import Foundation

/// A private Redis cluster that a test owns: some primaries that share the slots evenly, and for each the same number
/// of replicas.
///
/// Its verbs block for as long as the cluster takes, a few seconds at most; they are for tests only.
public final class RedisCluster: Sendable {
    /// Why a cluster is not as a test wants it.
    public enum Failure: Error {
        /// The condition did not come true in 30 s.
        case neverHappened(String)
        /// A server refused a command of a verb.
        case refused(String)
    }

    /// How many slots a cluster has.
    public static let slotCount = 16_384

    /// The nodes that had slots from the start.
    public let primaries: [RedisServer]
    /// The nodes that started as replicas; the first one of each primary comes first, in the primaries' order.
    public let replicas: [RedisServer]

    /// Starts the servers, joins them, and waits until every node says that the cluster is well.
    ///
    /// - Parameters:
    ///   - primaries: How many nodes share the slots.
    ///   - replicas: How many replicas each of them has.
    ///   - arguments: Added to the command line of every node.
    /// - Throws: ``RedisServer/Failure`` or ``Failure``.
    public init(primaries: Int = 3, replicas: Int = 0, arguments: [String] = []) throws {
        let nodes = try (0..<primaries * (1 + replicas)).map { _ in
            try RedisServer(arguments: Self.arguments(busPort: FreePort.find()) + arguments)
        }
        self.primaries = Array(nodes.prefix(primaries))
        self.replicas = Array(nodes.dropFirst(primaries))
        try share()
        try join(nodes)
        for (place, replica) in self.replicas.enumerated() {
            let primary = try identifier(of: self.primaries[place % primaries])
            try until("the replica knows its primary") { try replica.ask("CLUSTER", "REPLICATE", primary) == .text("OK") }
        }
        try untilWell()
    }

    /// All nodes, those that had slots from the start first.
    public var nodes: [RedisServer] { primaries + replicas }

    /// Ends all servers with SIGKILL and waits until they are gone.
    public func kill() {
        for node in nodes { node.kill() }
    }

    static func arguments(busPort: Int) -> [String] {
        [
            "--cluster-enabled", "yes", "--cluster-port", "\(busPort)", "--cluster-config-file", "nodes.conf",
            // The shortest time a loaded machine does not take for the death of a node.
            "--cluster-node-timeout", "2000", "--cluster-replica-validity-factor", "0",
            // A node that is gone takes its own slots with it, and no others.
            "--cluster-require-full-coverage", "no", "--repl-diskless-sync-delay", "0",
        ]
    }

    private func share() throws {
        for (place, node) in primaries.enumerated() {
            let first = Self.slotCount * place / primaries.count
            let last = Self.slotCount * (place + 1) / primaries.count - 1
            try node.expectOK("CLUSTER", "ADDSLOTSRANGE", "\(first)", "\(last)")
            // Nodes that were never told apart would first have to agree on the order of their claims.
            try node.expectOK("CLUSTER", "SET-CONFIG-EPOCH", "\(place + 1)")
        }
    }

    private func join(_ nodes: [RedisServer]) throws {
        for node in nodes.dropFirst() {
            try nodes[0].expectOK("CLUSTER", "MEET", "127.0.0.1", "\(node.port)", "\(node.busPort)")
        }
        try until("every node knows every other") {
            try nodes.allSatisfy { try $0.info("CLUSTER", "INFO")["cluster_known_nodes"] == "\(nodes.count)" }
        }
    }

    /// Waits until every node that runs serves, and every replica has its primary's data.
    public func untilWell() throws {
        try until("the cluster is well") {
            try primaries.allSatisfy { node in
                let info = try node.info("CLUSTER", "INFO")
                return info["cluster_state"] == "ok" && info["cluster_slots_ok"] == "\(Self.slotCount)"
            }
        }
        try until("the replicas follow") {
            try replicas.allSatisfy { try $0.info("INFO", "replication")["master_link_status"] == "up" }
        }
        let perPrimary = replicas.count / max(1, primaries.count)
        try until("every node knows the replicas") {
            try nodes.allSatisfy { node in
                try node.ask("CLUSTER", "SLOTS").elements.allSatisfy { $0.elements.count == 3 + perPrimary }
            }
        }
    }
}

/// Runs a test with a cluster of its own, and ends its servers afterwards.
///
/// - Parameters:
///   - primaries: How many nodes share the slots.
///   - replicas: How many replicas each of them has.
///   - arguments: Added to the command line of every node.
///   - body: The test.
/// - Returns: What the body returns.
/// - Throws: ``RedisServer/Failure``, ``RedisCluster/Failure``, or what the body throws.
public func withRedisCluster<Result>(
    primaries: Int = 3, replicas: Int = 0, arguments: [String] = [], _ body: (RedisCluster) async throws -> Result
) async throws -> Result {
    let cluster = try RedisCluster(primaries: primaries, replicas: replicas, arguments: arguments)
    defer { cluster.kill() }
    return try await body(cluster)
}
