import NIOCore

/// Runs tasks on an event loop, in the manner in which KoaKit runs those of its requests: all of a turn at once.
final class LoopExecutor: TaskExecutor {
    private final class Jobs {
        var waiting: [UnownedJob] = []
        var running: [UnownedJob] = []
    }

    private let loop: any EventLoop
    private let jobs: NIOLoopBoundBox<Jobs>

    init(_ loop: any EventLoop) {
        self.loop = loop
        jobs = .makeBoxSendingValue(Jobs(), eventLoop: loop)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if loop.inEventLoop {
            append(job)
        } else {
            loop.execute { self.append(job) }
        }
    }

    private func append(_ job: UnownedJob) {
        let jobs = jobs.value
        jobs.waiting.append(job)
        guard jobs.waiting.count == 1 else { return }
        loop.execute {
            let jobs = self.jobs.value
            swap(&jobs.waiting, &jobs.running)
            for job in jobs.running { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
            jobs.running.removeAll(keepingCapacity: true)
        }
    }
}
