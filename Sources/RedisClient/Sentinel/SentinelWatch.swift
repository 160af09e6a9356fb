import Logging
import NIOCore

/// Listens to one Sentinel after the other for the end of failovers.
///
/// Only to be faster: a link that hears of one asks the Sentinels, as it does before every connection, and nothing
/// depends on a message that may be lost. It finds what a link cannot find alone, a master that was replaced and does
/// not know yet. Lives on one loop.
final class SentinelWatch {
    private let sentinels: RedisSentinels
    private let loop: NIOIsolatedEventLoop
    private let resources: ClientResources
    private let notify: @Sendable () -> Void
    private var backoff: Backoff
    private var turn = 0
    private var pause: Scheduled<Void>?
    private var channel: (any Channel)?
    private var closed: EventLoopFuture<Void>
    private var isStopped = false

    init(
        _ sentinels: RedisSentinels, loop: NIOIsolatedEventLoop, resources: ClientResources,
        notify: @escaping @Sendable () -> Void
    ) {
        self.sentinels = sentinels
        self.loop = loop
        self.resources = resources
        self.notify = notify
        backoff = resources.backoff
        closed = loop.nonisolated().makeSucceededVoidFuture()
    }

    func start() {
        guard !isStopped, !sentinels.addresses.isEmpty else { return }
        let sentinel = sentinels.addresses[turn % sentinels.addresses.count]
        turn += 1
        let loop = loop.nonisolated()
        let done = loop.makePromise(of: Void.self)
        closed = done.futureResult
        let dialling = resources.dialer.dial(sentinel, on: loop, timeout: TimeAmount(sentinels.answerTimeout))
        dialling.assumeIsolated().whenComplete { result in
            switch result {
            case .failure:
                done.succeed()
                self.startAgain()
            case .success(let channel):
                channel.closeFuture.cascade(to: done)
                self.opened(channel)
            }
        }
    }

    private func opened(_ channel: any Channel) {
        guard !isStopped else { return channel.close(promise: nil) }
        self.channel = channel
        let opened = NIODeadline.now()
        channel.closeFuture.assumeIsolated().whenComplete { _ in
            self.channel = nil
            self.backoff.connectionEnded(afterLiving: .now() - opened)
            self.startAgain()
        }
        do {
            let listener = try SwitchMasterListener(sentinels, loop: loop, notify: notify)
            try channel.pipeline.syncOperations.addHandler(listener)
        } catch {
            channel.close(promise: nil)
        }
    }

    private func startAgain() {
        guard !isStopped else { return }
        pause = loop.scheduleTask(in: backoff.nextPause(isRefusal: false)) { self.start() }
    }

    /// Ends it; done when the channel is closed.
    func stop() -> EventLoopFuture<Void> {
        isStopped = true
        pause?.cancel()
        channel?.close(promise: nil)
        return closed
    }
}
