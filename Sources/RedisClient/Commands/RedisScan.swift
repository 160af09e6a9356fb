extension RedisClient {
    /// Walks over the keys of the database (SCAN).
    ///
    /// ```swift
    /// for try await key in redis.scan(matching: "session:*") { … }
    /// ```
    ///
    /// A key that is there all the time is seen at least once, perhaps twice; one that comes or goes meanwhile may be
    /// seen or not. In a cluster the primaries are walked over one after the other, and keys of slots that move
    /// meanwhile may be missed. Each step is one command with a deadline of its own, sent when the keys of the last one are used
    /// up.
    ///
    /// - Parameters:
    ///   - pattern: As KEYS takes it, with `*`, `?` and `[…]`; `nil` matches all.
    ///   - type: Only keys of this type (Redis 6); `nil` for all.
    ///   - step: How many keys the server looks at in one step; 100 by default.
    /// - Returns: The keys; the sequence throws ``RedisError``, `.unexpectedReply` for a key that is not UTF-8.
    public func scan(matching pattern: String? = nil, type: RedisKeyType? = nil, step: Int = 100) -> RedisScan {
        RedisScan(client: self, pattern: pattern, type: type, step: step)
    }
}

/// The keys of a database, read step by step.
public struct RedisScan: AsyncSequence, Sendable {
    let client: RedisClient
    let pattern: String?
    let type: RedisKeyType?
    let step: Int

    /// Starts from the beginning.
    public func makeAsyncIterator() -> Iterator { Iterator(scan: self) }

    /// Goes over the keys once.
    public struct Iterator: AsyncIteratorProtocol {
        private let scan: RedisScan
        /// Where the server is to go on; `nil` at the end.
        private var cursor: String? = "0"
        /// The primaries of a cluster that are not done, the one being read last; `nil` before the first step, and
        /// empty where one server has all keys.
        private var primaries: [RedisConfiguration.Endpoint]?
        private var keys: [String] = []

        init(scan: RedisScan) { self.scan = scan }

        /// Reads the next key, asking the server when the keys of the last step are used up.
        ///
        /// - Parameter actor: Where the caller is isolated to.
        /// - Returns: A key, or `nil` at the end.
        /// - Throws: ``RedisError``.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(RedisError) -> String? {
            while keys.isEmpty {
                guard let position = cursor else { return nil }
                let (next, found) = try await read(from: position)
                cursor = next == "0" ? nil : next
                keys = found.reversed()
                if cursor == nil, let rest = primaries?.dropLast(), !rest.isEmpty {
                    primaries = Array(rest)
                    cursor = "0"
                }
            }
            return keys.removeLast()
        }

        private mutating func read(from position: String) async throws(RedisError) -> (String, [String]) {
            if primaries == nil { primaries = try await scan.client.primaries() ?? [] }
            let operation = scan.operation(from: position)
            guard let primary = primaries?.last else { return try await scan.client.perform(operation) }
            return try await scan.client.perform(operation, at: primary)
        }
    }

    private func operation(from position: String) -> RedisOperation<(String, [String])> {
        var arguments: [RedisArgument] = [.string(position), "COUNT", .integer(step)]
        if let pattern { arguments += ["MATCH", .string(pattern)] }
        if let type { arguments += ["TYPE", .string(type.name)] }
        return RedisOperation("SCAN", arguments) { (reply) throws(RedisDecodingError) in
            try reply.decode(as: (String.self, [String].self))
        }
    }
}
