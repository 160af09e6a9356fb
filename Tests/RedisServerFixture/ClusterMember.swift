import Foundation

/// What the nodes of a cluster know of one of them before they start.
struct ClusterMember {
    let identifier: String
    /// Where clients and nodes are told to find it: its port of TLS if it has one.
    let port: Int
    /// Where a fixture steers it, without TLS.
    let plainPort: Int
    /// Where the nodes talk to each other.
    let busPort: Int
    /// The slots it serves.
    var slots: ClosedRange<Int>?
    /// The primary it follows.
    var primary: String?
    var epoch = 0

    init(port: Int, busPort: Int, plainPort: Int) {
        identifier = (0..<40).map { _ in String(UInt8.random(in: 0..<16), radix: 16) }.joined()
        self.port = port
        self.busPort = busPort
        self.plainPort = plainPort
    }

    /// The line of this member in the file `nodes.conf`.
    func line(isMyself: Bool) -> String {
        let flags = (isMyself ? "myself," : "") + (primary == nil ? "master" : "slave")
        let slots = slots.map { " \($0.lowerBound)-\($0.upperBound)" } ?? ""
        return "\(identifier) 127.0.0.1:\(port)@\(busPort) \(flags) \(primary ?? "-") 0 0 \(epoch) connected\(slots)\n"
    }

    /// Starts the node, which knows all others from the start: meeting them one by one takes gossip many seconds.
    func start(among members: [ClusterMember], in directory: URL, arguments: [String]) throws -> RedisServer {
        let file = directory.appendingPathComponent("\(port).conf")
        let lines = members.map { $0.line(isMyself: $0.port == port) }
        let epoch = members.map(\.epoch).max() ?? 0
        let text = lines.joined() + "vars currentEpoch \(epoch) lastVoteEpoch 0\n"
        try text.write(to: file, atomically: false, encoding: .utf8)
        let cluster = [
            "--cluster-enabled", "yes", "--cluster-port", "\(busPort)", "--cluster-config-file", file.path,
            // The shortest time a loaded machine does not take for the death of a node.
            "--cluster-node-timeout", "2000", "--cluster-replica-validity-factor", "0",
            // A node that is gone takes its own slots with it, and no others.
            "--cluster-require-full-coverage", "no", "--repl-diskless-sync-delay", "0",
        ]
        let tls = port == plainPort ? [] : ["--tls-port", "\(port)", "--tls-cluster", "yes"]
        return try RedisServer(port: plainPort, arguments: cluster + tls + arguments)
    }
}
