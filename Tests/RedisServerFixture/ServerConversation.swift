import Foundation

/// A blocking connection of a fixture to its server: for steering a server, while the client under test uses it.
public final class ServerConversation {
    private let descriptor: Int32
    private var received: [UInt8] = []
    private var position = 0

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            close(descriptor)
            throw RedisServer.Failure.didNotAnswer
        }
    }

    deinit { close(descriptor) }

    /// Sends a command and waits for its reply, at most 10 s.
    ///
    /// - Parameter words: The command.
    /// - Returns: The reply; an error reply is one, too.
    /// - Throws: ``RedisServer/Failure/didNotAnswer``.
    public func ask(_ words: [String]) throws -> ServerReply {
        var frame = Array("*\(words.count)\r\n".utf8)
        for word in words { frame += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
        // A server that is gone must not end the process of the tests.
        guard send(descriptor, frame, frame.count, Int32(MSG_NOSIGNAL)) == frame.count else {
            throw RedisServer.Failure.didNotAnswer
        }
        return try reply()
    }

    private func reply() throws -> ServerReply {
        let line = try line()
        let rest = String(line.dropFirst())
        switch line.first {
        case "+": return .text(rest)
        case "-": return .error(rest)
        case ":": return .number(Int(rest) ?? 0)
        case "$":
            guard let count = Int(rest), count >= 0 else { return .null }
            return .text(String(decoding: try bytes(count + 2).dropLast(2), as: UTF8.self))
        case "*":
            guard let count = Int(rest), count >= 0 else { return .null }
            return .list(try (0..<count).map { _ in try reply() })
        default: throw RedisServer.Failure.didNotAnswer
        }
    }

    private func line() throws -> String {
        var line: [UInt8] = []
        while let byte = try bytes(1).first, byte != UInt8(ascii: "\n") { line.append(byte) }
        return String(decoding: line.dropLast(), as: UTF8.self)
    }

    private func bytes(_ count: Int) throws -> [UInt8] {
        while received.count - position < count {
            received.removeFirst(position)
            position = 0
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let read = recv(descriptor, &chunk, chunk.count, 0)
            guard read > 0 else { throw RedisServer.Failure.didNotAnswer }
            received += chunk[..<read]
        }
        defer { position += count }
        return Array(received[position..<position + count])
    }
}
