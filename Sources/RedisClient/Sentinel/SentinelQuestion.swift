/// What Sentinels are asked, and how their answers are read.
struct SentinelQuestion: Sendable {
    let commands: [RedisCommand]

    init(_ sentinels: RedisSentinels) {
        let question = RedisCommand("SENTINEL", "GET-MASTER-ADDR-BY-NAME", .string(sentinels.masterName))
        commands = [sentinels.credentials?.command, question].compactMap(\.self)
    }

    /// Reads the replies to `commands`.
    func address(in replies: [RedisValue]) throws(RedisError) -> RedisConfiguration.Endpoint {
        for case .error(let error) in replies {
            throw RedisError(.authenticationFailed, wasSent: false, serverError: error)
        }
        switch replies.last {
        case .null: throw RedisError(.connectFailed, wasSent: false, detail: .unknownMaster)
        case .array(let words):
            let words = words.compactMap(\.text)
            guard words.count == 2, !words[0].isEmpty, let port = Int(words[1]), (1...65_535).contains(port) else {
                throw .protocolViolation(.malformedReply)
            }
            return .tcp(host: words[0], port: port)
        default: throw .protocolViolation(.malformedReply)
        }
    }

    /// Whether an error says more than that a Sentinel was not there.
    static func isTelling(_ error: RedisError) -> Bool {
        error.code == .authenticationFailed || error.detail == .unknownMaster
    }
}
