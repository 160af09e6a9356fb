import Foundation
import ProcessFixture

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
    /// A node that knows the others, and has no slots.
    public let spare: RedisServer

    private let directory: URL
    private let seeds: String
    private let certificates: TestCertificates?

    /// Starts the servers and waits until every node says that the cluster is well.
    ///
    /// - Parameters:
    ///   - primaries: How many nodes share the slots.
    ///   - replicas: How many replicas each of them has.
    ///   - certificates: Makes the certificate of the nodes, which then want TLS from each other and offer it to clients.
    ///   - arguments: Added to the command line of every node.
    /// - Throws: ``RedisServer/Failure`` or ``Failure``.
    public init(
        primaries: Int = 3, replicas: Int = 0, certificates: TestCertificates? = nil, arguments: [String] = []
    ) throws {
        self.certificates = certificates
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("cluster-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let members = try Self.members(primaries: primaries, replicas: replicas, haveTLS: certificates != nil)
        let tls = try certificates?.serverArguments(for: "IP:127.0.0.1") ?? []
        let nodes = try members.map { [directory] in
            try $0.start(among: members, in: directory, arguments: tls + arguments)
        }
        seeds = members.prefix(primaries).map { "127.0.0.1:\($0.port)" }.joined(separator: ",")
        self.primaries = Array(nodes.prefix(primaries))
        self.replicas = Array(nodes[primaries..<nodes.count - 1])
        spare = nodes[nodes.count - 1]
        try untilWell()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: directory)
    }

    /// All nodes, those that had slots from the start first, the spare one last.
    public var nodes: [RedisServer] { primaries + replicas + [spare] }

    /// The URL of the cluster, with its first primaries as seeds.
    public var url: String {
        guard let certificates else { return "redis+cluster://\(seeds)" }
        return "rediss+cluster://\(seeds)?ca_file=\(certificates.authority)"
    }

    /// Ends all servers with SIGKILL and waits until they are gone.
    public func kill() {
        for node in nodes { node.kill() }
    }

    private static func members(primaries: Int, replicas: Int, haveTLS: Bool) throws -> [ClusterMember] {
        let count = primaries * (1 + replicas) + 1
        // The system may name a port twice that was given back.
        var ports: Set<Int> = []
        while ports.count < 3 * count { ports.insert(try freePort()) }
        let list = Array(ports)
        var members = (0..<count).map { place in
            ClusterMember(
                port: list[place], busPort: list[count + place], plainPort: list[place + (haveTLS ? 2 * count : 0)])
        }
        for place in 0..<primaries {
            members[place].slots = slotCount * place / primaries...slotCount * (place + 1) / primaries - 1
            members[place].epoch = place + 1
        }
        for place in primaries..<members.count - 1 {
            members[place].primary = members[place % primaries].identifier
            members[place].epoch = place % primaries + 1
        }
        return members
    }

    private func untilWell() throws {
        try until("the cluster is well") {
            try nodes.allSatisfy { node in
                let info = try node.info("CLUSTER", "INFO")
                return info["cluster_state"] == "ok" && info["cluster_slots_ok"] == "\(Self.slotCount)"
            }
        }
        try until("the replicas follow") {
            try replicas.allSatisfy { try $0.info("INFO", "replication")["master_link_status"] == "up" }
        }
    }
}

/// Runs a test with a cluster of its own, and ends its servers afterwards.
///
/// - Parameters:
///   - primaries: How many nodes share the slots.
///   - replicas: How many replicas each of them has.
///   - certificates: Makes the certificate of the nodes, for a cluster over TLS.
///   - arguments: Added to the command line of every node.
///   - body: The test.
/// - Returns: What the body returns.
/// - Throws: ``RedisServer/Failure``, ``RedisCluster/Failure``, or what the body throws.
public func withRedisCluster<Result>(
    primaries: Int = 3, replicas: Int = 0, certificates: TestCertificates? = nil, arguments: [String] = [],
    _ body: (RedisCluster) async throws -> Result
) async throws -> Result {
    let make = {
        try RedisCluster(
            primaries: primaries, replicas: replicas, certificates: certificates, arguments: arguments)
    }
    // Of so many ports one may be taken by somebody else before its server has it.
    let cluster: RedisCluster
    do { cluster = try make() } catch is FixtureError { cluster = try make() }
    defer { cluster.kill() }
    return try await body(cluster)
}
