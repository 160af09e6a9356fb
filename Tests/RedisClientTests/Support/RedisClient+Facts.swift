import NIOCore
import RedisClient

extension RedisClient {
    /// The server's number for the connection that answers; a client on one loop has one connection at a time.
    func connectionIdentifier() async throws -> RedisValue {
        try await send(RedisCommand("CLIENT", "ID"), timeout: .seconds(10))
    }

    /// A number of INFO, such as `total_connections_received`.
    func info(_ field: String) async throws -> Int? {
        guard case .bulk(let text) = try await send(RedisCommand("INFO", "everything"), timeout: .seconds(10)) else {
            return nil
        }
        let line = String(buffer: text).split(separator: "\r\n").first { $0.hasPrefix("\(field):") }
        return line.flatMap { Int($0.dropFirst(field.count + 1)) }
    }

    /// Sets a parameter of the server while it runs.
    func configure(_ parameter: String, _ value: String) async throws {
        _ = try await send(RedisCommand("CONFIG", "SET", .string(parameter), .string(value)), timeout: .seconds(10))
    }
}
