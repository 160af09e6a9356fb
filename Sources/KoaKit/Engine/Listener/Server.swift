import NIOCore
import NIOExtras
import NIOPosix
import Synchronization

/// A running server: knows its address, and stops.
public final class Server: Sendable {
    private let channel: any Channel
    /// Let go when it has started: its end touches an event loop, which must still run then.
    private let quiescing: Mutex<ServerQuiescingHelper?>
    private let ownedGroup: MultiThreadedEventLoopGroup?
    private let socketFile: UnixSocketFile?
    private let stop = StopOnce()

    init(_ listener: Listener, quiescing: ServerQuiescingHelper, ownedGroup: MultiThreadedEventLoopGroup?) {
        channel = listener.channel
        socketFile = listener.socketFile
        self.quiescing = Mutex(quiescing)
        self.ownedGroup = ownedGroup
    }

    /// The address as `host:port`, the port being the real one when 0 was asked for; `unix:` and the path for a unix
    /// socket.
    public var address: String {
        if let socketFile { return "unix:\(socketFile.path)" }
        guard let address = channel.localAddress, let host = address.ipAddress else { return "" }
        return ListenAddress.host(host, port: port).description
    }

    /// The port, the real one when 0 was asked for; 0 for a unix socket.
    public var port: Int { channel.localAddress?.port ?? 0 }

    /// Stops: accepts nothing more, ends idle connections, lets requests in flight finish within
    /// ``HTTPLimits/shutdown``.
    ///
    /// Returns when all connections are gone. Stopping twice is stopping once.
    public func shutdown() async {
        await stop.run {
            // First, so that whoever finds the file gone may start its successor.
            if let socketFile { try? await onBlockingThread { socketFile.remove() } }
            let isQuiet = channel.eventLoop.makePromise(of: Void.self)
            if let quiescing = quiescing.withLock({ $0.take() }) {
                quiescing.initiateShutdown(promise: isQuiet)
            } else {
                isQuiet.succeed()
            }
            // A server whose listener was already gone has nothing left to wait for.
            try? await isQuiet.futureResult.get()
            try? await ownedGroup?.shutdownGracefully()
        }
    }
}
