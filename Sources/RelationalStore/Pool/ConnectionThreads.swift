import Logging
import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The threads of a pool: one for each slot, where the slot's connection lives as a local variable.
final class ConnectionThreads<Driver: SQLDriver>: Sendable {
    typealias Job = SQLOperation<Driver>

    private let state: Mutex<PoolState<Job>>
    private let inboxes: [Inbox<Job>]
    private let threads: NIOThreadPool
    private let end = EndOfThreads()

    init(driver: Driver, configuration: DatabaseConfiguration) {
        let layout = driver.layout
        let roles =
            Array(repeating: ConnectionRole.readWrite, count: layout.writers)
            + Array(repeating: ConnectionRole.readOnly, count: layout.readers)
        state = Mutex(
            PoolState(
                lanes: layout.readers > 0 ? [layout.writers, layout.readers] : [layout.writers],
                maximumWaiting: configuration.maximumWaiting))
        inboxes = roles.map { _ in Inbox() }
        threads = NIOThreadPool(numberOfThreads: roles.count)
        threads.start()
        let health = PoolHealth()
        for (slot, role) in roles.enumerated() {
            // Each item keeps one of the pool's threads for itself until the inbox closes.
            threads.submit { [self] state in
                guard case .active = state else { return }
                serve(slot, ConnectionHolder(driver: driver, role: role, configuration: configuration, health: health))
            }
        }
    }

    func submit(_ job: Job, lane: Int) {
        switch state.withLock({ $0.submit(job, id: ObjectIdentifier(job), lane: lane) }) {
        case .run(let slot): inboxes[slot].put(job)
        case .queued: break
        case .refused(let error): job.refuse(error)
        }
    }

    /// Takes a job from the queue that gave up waiting.
    func remove(_ job: Job, lane: Int) {
        state.withLock { $0.remove(ObjectIdentifier(job), lane: lane) }
    }

    /// Refuses new jobs and waits until the running ones have ended and every connection is closed.
    ///
    /// - Parameter grace: After this long a thread that is stuck in its database is left behind.
    func shutDown(within grace: Duration) async {
        if let waiting = state.withLock({ $0.shutDown() }) {
            for job in waiting { job.refuse(.shutdown) }
            for inbox in inboxes { inbox.close() }
            let end = end
            threads.shutdownGracefully { _ in end.reach() }
            MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: .init(grace)) { end.reach() }
        }
        await end.wait()
    }

    private func serve(_ slot: Int, _ initial: consuming ConnectionHolder<Driver>) {
        blockBrokenPipeSignal()
        var holder = initial
        while let job = inboxes[slot].take() {
            var current: Job? = job
            while let job = current {
                job.execute(on: &holder)
                // Freed before the caller goes on: its next call finds this connection, warm, not another.
                current = state.withLock { $0.release(slot: slot) }
                job.settle()
            }
        }
        holder.close()
    }
}

/// Client libraries write to sockets that the server may have closed; the signal would end the process.
private func blockBrokenPipeSignal() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
}
