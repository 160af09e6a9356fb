import Foundation

extension RedisCluster {
    /// The node that serves a slot, as the first node that runs tells it.
    public func owner(of slot: Int) throws -> RedisServer? {
        for node in nodes {
            guard let ranges = try? node.ask("CLUSTER", "SLOTS").elements else { continue }
            for range in ranges.map(\.elements) where range.count >= 3 {
                guard case .number(let first) = range[0], case .number(let last) = range[1],
                    (first...last).contains(slot), case .number(let port) = range[2].elements[1]
                else { continue }
                return nodes.first { $0.port == port }
            }
        }
        return nil
    }

    /// Begins to move a slot: from now on the source redirects commands whose keys it does not have (ASK).
    public func beginMove(of slot: Int, from source: RedisServer, to target: RedisServer) throws {
        try target.expectOK("CLUSTER", "SETSLOT", "\(slot)", "IMPORTING", try identifier(of: source))
        try source.expectOK("CLUSTER", "SETSLOT", "\(slot)", "MIGRATING", try identifier(of: target))
    }

    /// Moves keys of a slot that is being moved, at most as many as the limit; all of them by default.
    public func moveKeys(
        in slot: Int, from source: RedisServer, to target: RedisServer, limit: Int = .max
    ) throws {
        var left = limit
        while left > 0 {
            let keys = try source.ask("CLUSTER", "GETKEYSINSLOT", "\(slot)", "\(min(left, 100))").elements.map(\.string)
            guard !keys.isEmpty else { return }
            left -= keys.count
            let words = ["MIGRATE", "127.0.0.1", "\(target.port)", "", "0", "10000", "KEYS"] + keys
            try source.expectOK(words)
        }
    }

    /// Ends the move of a slot: the target serves it, and the source redirects all its commands (MOVED).
    public func endMove(of slot: Int, from source: RedisServer, to target: RedisServer) throws {
        let identifier = try identifier(of: target)
        // The target first: told last, the source would send clients to a node that does not serve yet.
        for node in [target, source] { try node.expectOK("CLUSTER", "SETSLOT", "\(slot)", "NODE", identifier) }
    }

    /// Moves a slot and its keys, while clients may be using them.
    public func move(_ slot: Int, from source: RedisServer, to target: RedisServer) throws {
        try beginMove(of: slot, from: source, to: target)
        try moveKeys(in: slot, from: source, to: target)
        try endMove(of: slot, from: source, to: target)
    }

    /// Lets a replica take over from its primary, which lives on as its replica, and waits until it has.
    public func failOver(to replica: RedisServer) throws {
        try replica.expectOK("CLUSTER", "FAILOVER")
        try untilPrimary(replica)
    }

    /// Waits until a node has become a primary.
    public func untilPrimary(_ node: RedisServer) throws {
        try until("the replica has taken over") { try node.info("INFO", "replication")["role"] == "master" }
    }

    /// Asks again and again until a condition holds, at most 30 s.
    public func until(_ name: String, _ condition: () throws -> Bool) throws {
        let limit = ContinuousClock.now + .seconds(30)
        while try !condition() {
            guard ContinuousClock.now < limit else { throw Failure.neverHappened(name) }
            // The servers need the processor more than the question does.
            usleep(10_000)
        }
    }

    func identifier(of node: RedisServer) throws -> String { try node.ask("CLUSTER", "MYID").string }
}

extension RedisServer {
    func expectOK(_ words: String...) throws { try expectOK(words) }

    func expectOK(_ words: [String]) throws {
        let reply = try conversation().ask(words)
        guard ["OK", "NOKEY"].contains(reply.string) else {
            throw RedisCluster.Failure.refused("\(words.prefix(3).joined(separator: " ")): \(reply)")
        }
    }

    /// The fields of a reply that is lines of `name:value`.
    package func info(_ words: String...) throws -> [String: String] {
        let lines = try conversation().ask(words).string.split(whereSeparator: \.isNewline)
        let pairs = lines.map { $0.split(separator: ":", maxSplits: 1).map(String.init) }.filter { $0.count == 2 }
        return Dictionary(pairs.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
    }
}
