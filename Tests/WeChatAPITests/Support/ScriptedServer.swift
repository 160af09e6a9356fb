import NIOCore
import NIOPosix
import Synchronization
import Testing

/// What the server does about one request.
enum ScriptedAction: Sendable {
    /// Writes the bytes and keeps the connection.
    case send(String)
    /// The same for bytes that are not text.
    case sendBytes([UInt8])
    /// Writes the bytes, then closes the connection.
    case sendAndClose(String)
    /// Writes the first bytes, then more and more of them until so many bytes of body are written or nobody reads.
    case stream(String, bodyBytes: Int)
    /// Writes the bytes, then one space every 20 ms.
    case drip(String)
    /// Closes the connection without an answer.
    case close
    /// Resets the connection without an answer.
    case reset
    /// Says nothing.
    case hang
}

/// A TCP server on a loopback port that answers HTTP requests with scripted bytes, in order.
final class ScriptedServer: Sendable {
    enum Event: Equatable, Sendable {
        case opened
        case request(String)
        case closed
    }

    struct State {
        var actions: [ScriptedAction]
        var requests: [String] = []
        var opened = 0
        var bodyBytesWritten = 0
        var channels: [any Channel] = []
    }

    let port: Int
    private let listener: any Channel
    private let script: Script

    var requests: [String] { script.state.withLock { $0.requests } }
    var connectionCount: Int { script.state.withLock { $0.opened } }
    var bodyBytesWritten: Int { script.state.withLock { $0.bodyBytesWritten } }

    private init(listener: any Channel, script: Script) throws {
        self.listener = listener
        port = try #require(listener.localAddress?.port)
        self.script = script
    }

    /// Runs `body` with a server that follows `actions`, one for each request; further requests hang.
    ///
    /// It sends `greeting` on every connection before anything else.
    static func run<Result>(
        _ actions: [ScriptedAction], greeting: String = "", body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let script = Script(actions, greeting: greeting)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ScriptedConnection(script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = try ScriptedServer(listener: listener, script: script)
        do {
            let result = try await body(server)
            try await server.stop()
            return result
        } catch {
            try? await server.stop()
            throw error
        }
    }

    /// Closes the connections, as a server does with idle ones.
    func closeConnections() async throws {
        let channels = script.state.withLock { state in
            defer { state.channels = [] }
            return state.channels
        }
        for channel in channels { try? await channel.close() }
    }

    /// Waits for an event; what came before it is dropped.
    func wait(for isWanted: (Event) -> Bool) async {
        for await event in script.events where isWanted(event) { return }
    }

    private func stop() async throws {
        try await listener.close()
        try await closeConnections()
        script.continuation.finish()
    }
}
