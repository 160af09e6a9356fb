/// The jobs of one turn of an event loop, oldest first.
///
/// Lives on its loop. The loop's own queue takes a lock and an allocation for each job; here both are paid once for
/// all jobs of a turn. A job made by one that runs waits for the next turn, so that tasks which make each other go on
/// leave the loop time for its sockets.
final class JobQueue {
    /// A list grown beyond this many is given back after its turn.
    private static let keptCapacity = 1_024

    private var waiting: [UnownedJob] = []
    private var running: [UnownedJob] = []

    /// Adds a job; answers whether it is the first, and someone must see to it that ``run(on:)`` is called.
    func append(_ job: UnownedJob) -> Bool {
        waiting.append(job)
        return waiting.count == 1
    }

    /// Runs the jobs that wait now.
    func run(on executor: UnownedTaskExecutor) {
        swap(&waiting, &running)
        for job in running { job.runSynchronously(on: executor) }
        running.removeAll(keepingCapacity: running.capacity <= Self.keptCapacity)
    }
}
