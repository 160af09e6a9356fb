import NIOCore
import NIOPosix

/// The connections of a proxy and the rule for them; lives on the proxy's loop.
final class ProxyRelay {
    private let serverPort: Int
    private let loop: any EventLoop
    private var connections: [Int: ProxiedConnection] = [:]
    private var count = 0

    var rule: FaultProxy.Rule = { _ in .none } {
        didSet { for connection in connections.values { connection.ruleChanged() } }
    }

    init(serverPort: Int, loop: any EventLoop) {
        self.serverPort = serverPort
        self.loop = loop
    }

    /// Connects a client to the server; its bytes are read once that is done.
    func take(_ client: any Channel) throws {
        let number = count
        count += 1
        let connection = ProxiedConnection(number: number, relay: self)
        connections[number] = connection
        try client.pipeline.syncOperations.addHandler(connection.toServer)
        let connecting = ClientBootstrap(group: loop)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: serverPort)
        connecting.assumeIsolated().whenComplete { result in
            guard case .success(let server) = result, client.isActive else {
                if case .success(let server) = result { server.close(promise: nil) }
                client.close(promise: nil)
                self.connections[number] = nil
                return
            }
            connection.join(client: client, server: server)
        }
    }

    func cutAll() {
        for connection in connections.values { connection.cut() }
    }

    func ended(_ number: Int) {
        connections[number] = nil
    }
}
