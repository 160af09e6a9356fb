import NIOCore
import NIOPosix

/// Both sockets of one connection through a proxy.
final class ProxiedConnection {
    let toServer: ProxyPipe
    let toClient: ProxyPipe
    private unowned let relay: ProxyRelay
    private let number: Int
    private var channels: [any Channel] = []

    init(number: Int, relay: ProxyRelay) {
        self.number = number
        self.relay = relay
        toServer = ProxyPipe(Passage(connection: number, direction: .toServer))
        toClient = ProxyPipe(Passage(connection: number, direction: .toClient))
        for pipe in [toServer, toClient] { pipe.connection = self }
    }

    func join(client: any Channel, server: any Channel) {
        channels = [client, server]
        toServer.target = server
        toClient.target = client
        do {
            try server.pipeline.syncOperations.addHandler(toClient)
        } catch {
            return cut()
        }
        ruleChanged()
    }

    /// What the rule in force says of one direction.
    func treatment(of passage: Passage) -> Treatment { relay.rule(passage) }

    /// Keeps the beginning of what the client said, for rules that tell connections by it.
    func noteClientWords(_ bytes: ByteBuffer) {
        toServer.passage.note(bytes)
        toClient.passage.note(bytes)
    }

    func ruleChanged() {
        toServer.ruleChanged()
        toClient.ruleChanged()
    }

    /// Ends both sides with a reset, as a process that dies with unread data does.
    func cut() {
        for channel in channels {
            (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
                channel.close(promise: nil)
            }
        }
        relay.ended(number)
    }

    /// Ends what is left once one side's end has passed.
    func ended() {
        for channel in channels { channel.close(promise: nil) }
        relay.ended(number)
    }
}
