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
    private let certificates: CertificateStore?
    /// Looks at the certificate's files from time to time.
    private let reloading: RepeatedTask?
    private let stop = StopOnce()

    init(
        _ listener: Listener,
        quiescing: ServerQuiescingHelper,
        ownedGroup: MultiThreadedEventLoopGroup?,
        certificates: CertificateStore?,
        reloadInterval: Duration?
    ) {
        channel = listener.channel
        socketFile = listener.socketFile
        self.quiescing = Mutex(quiescing)
        self.ownedGroup = ownedGroup
        self.certificates = certificates
        reloading = reloadInterval.flatMap { interval in
            certificates.map { Self.watch($0, every: TimeAmount(interval)) }
        }
    }

    private static func watch(_ certificates: CertificateStore, every interval: TimeAmount) -> RepeatedTask {
        // Not one of the server's own: those may end while the files are being read.
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        return loop.scheduleRepeatedAsyncTask(initialDelay: interval, delay: interval) { _ in
            NIOThreadPool.singleton.runIfActive(eventLoop: loop) { certificates.reloadIfChanged() }
        }
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

    /// Reads the certificate and the key again, for connections from now on; those that are open keep theirs.
    ///
    /// Does nothing without TLS. The files are also looked at from time to time; see ``TLSOptions/reloadInterval``.
    ///
    /// - Throws: ``TLSError``; the old ones stay then.
    public func reloadCertificates() async throws {
        guard let certificates else { return }
        try await onBlockingThread { try certificates.reload() }
    }

    /// Stops: accepts nothing more, ends idle connections, lets requests in flight finish within
    /// ``HTTPLimits/shutdown``.
    ///
    /// Returns when all connections are gone. Stopping twice is stopping once.
    public func shutdown() async {
        await stop.run {
            reloading?.cancel()
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
