extension RedisOperation<Void> {
    /// Asks the server for a sign of life (PING).
    public static var ping: Self {
        Self("PING", [], decode: acknowledged)
    }
}

extension RedisOperation<Int> {
    /// Sends a message to the subscribers of a channel (PUBLISH).
    ///
    /// - Parameters:
    ///   - message: Text, bytes or a number.
    ///   - channel: The name of the channel.
    /// - Returns: The operation; its output is how many clients of this server got it, in a cluster those of one node.
    public static func publish(_ message: some RedisEncodable, to channel: String) -> Self {
        Self("PUBLISH", [.string(channel), message.redisArgument])
    }
}

extension RedisOperation<RedisTime> {
    /// Reads the server's clock (TIME).
    public static var time: Self { Self("TIME", []) }
}

extension RedisOperation<[String: String]> {
    /// Reads what the server says of itself (INFO).
    ///
    /// - Parameter section: Such as `server`, `memory` or `commandstats`; `nil` for those the server chooses.
    /// - Returns: The operation; its output holds the fields of all sections, such as `redis_version`.
    public static func info(section: String? = nil) -> Self {
        Self("INFO", section.map { [.string($0)] } ?? []) { (reply) throws(RedisDecodingError) in
            var fields: [String: String] = [:]
            for line in try String(reply).split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
                guard let colon = line.firstIndex(of: ":") else { continue }
                fields[String(line[..<colon])] = String(line[line.index(after: colon)...])
            }
            return fields
        }
    }
}
