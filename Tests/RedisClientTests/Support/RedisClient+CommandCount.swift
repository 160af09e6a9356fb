import NIOCore
import RedisClient

extension RedisClient {
    /// How often the server has run a command.
    func commandCount(_ name: String) async throws -> Int {
        guard case .bulk(let text) = try await send(RedisCommand("INFO", "commandstats"), timeout: .seconds(10)) else {
            return 0
        }
        let start = "cmdstat_\(name):calls="
        let line = String(buffer: text).split(separator: "\r\n").first { $0.hasPrefix(start) }
        return line.flatMap { Int($0.dropFirst(start.count).prefix { $0.isNumber }) } ?? 0
    }
}
