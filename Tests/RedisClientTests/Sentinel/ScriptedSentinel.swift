import NIOCore
import Synchronization

/// A Sentinel that says what a test wants it to.
final class ScriptedSentinel: Sendable {
    private let address: Address
    private let server: ScriptedServer

    /// What the Sentinel takes for the master's port; shared with the script.
    private final class Address: Sendable {
        let port: Mutex<Int>
        init(_ port: Int) { self.port = Mutex(port) }
    }

    static func start(on group: any EventLoopGroup, master: Int) async throws -> ScriptedSentinel {
        let address = Address(master)
        let server = try await ScriptedServer.start(
            on: group,
            ScriptedServer.Script { words in
                if words.first == "SUBSCRIBE" {
                    return [.send("*3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n")]
                }
                let port = "\(address.port.withLock(\.self))"
                return [.send("*2\r\n$9\r\n127.0.0.1\r\n$\(port.utf8.count)\r\n\(port)\r\n")]
            })
        return ScriptedSentinel(server: server, address: address)
    }

    private init(server: ScriptedServer, address: Address) {
        self.server = server
        self.address = address
    }

    /// Where it listens, as a URL has it.
    var host: String { String(server.url.dropFirst("redis://".count)) }

    /// How many connections were taken so far.
    var connectionCount: Int { server.connectionCount }

    /// Gives another answer from now on.
    func move(to port: Int) { address.port.withLock { $0 = port } }

    /// Says that the master of a name has moved.
    func announce(_ name: String) {
        let text = "\(name) 127.0.0.1 1 127.0.0.1 2"
        server.sendToAll("*3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$\(text.utf8.count)\r\n\(text)\r\n")
    }

    func stop() async throws { try await server.stop() }
}
