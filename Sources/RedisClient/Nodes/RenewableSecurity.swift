import NIOCore
import NIOPosix
import Synchronization

/// The certificates and the key for new connections, read again for a later one: they are renewed while a client lives.
final class RenewableSecurity: Sendable {
    private struct State {
        var security: TransportSecurity
        var readAt: NIODeadline
    }

    /// The loops that connect at the same time share what one of them read.
    private static let freshness = TimeAmount.seconds(1)

    private let tls: RedisTLS?
    private let state: Mutex<State>

    /// Reads the files; blocks for some milliseconds.
    init(_ tls: RedisTLS?) {
        self.tls = tls
        state = Mutex(State(security: TransportSecurity(tls), readAt: .now()))
    }

    /// For a connection that is about to be opened; files are read on a thread of NIO's pool.
    func current(on loop: any EventLoop, now: NIODeadline = .now()) -> EventLoopFuture<TransportSecurity> {
        let (security, isFresh) = state.withLock { state in
            let isFresh = now - state.readAt < Self.freshness
            if !isFresh { state.readAt = now }
            return (state.security, isFresh)
        }
        guard let tls, tls.namesFiles, !isFresh else { return loop.makeSucceededFuture(security) }
        return NIOThreadPool.singleton.runIfActive(eventLoop: loop) { self.keep(TransportSecurity(tls)) }
    }

    /// Files that are just being replaced may be unusable for a moment: what was read before stays then.
    private func keep(_ new: TransportSecurity) -> TransportSecurity {
        state.withLock { state in
            if case .unusable = new, case .tls = state.security { return state.security }
            state.security = new
            return new
        }
    }
}

extension RedisTLS {
    fileprivate var namesFiles: Bool {
        certificateAuthorityFile != nil || certificateChainFile != nil || privateKeyFile != nil
    }
}
