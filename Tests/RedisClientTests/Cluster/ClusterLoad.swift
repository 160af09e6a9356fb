import NIOCore
import NIOPosix
import RedisClient
import Synchronization

/// Tasks on loops and elsewhere that set and get values which hold their own keys, until they are told to stop.
final class ClusterLoad: Sendable {
    struct Failure: Sendable {
        let key: String
        let error: RedisError
        let time: ContinuousClock.Instant
    }

    struct Report: Sendable {
        /// How many values were the right ones.
        var right = 0
        /// How many belonged to another key.
        var crossed = 0
        /// How many were gone or old, though they had been set: a replica need not have them when it takes over.
        var lost = 0
        var failures: [Failure] = []
    }

    private let report = Mutex(Report())
    /// How often each task has gone through its keys.
    private let rounds = Mutex<[Int]>([])
    /// An element when a task has gone through its keys; one test listens at a time.
    private let roundsEnded: AsyncStream<Void>
    private let roundEnded: AsyncStream<Void>.Continuation
    private let isStopped = Atomic(false)
    /// The keys that are used; each by one task.
    let keys: [String]

    init(keys: [String]) {
        self.keys = keys
        (roundsEnded, roundEnded) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var soFar: Report { report.withLock(\.self) }

    /// Runs the load, meanwhile the body, and then stops.
    func run(
        on redis: RedisClient, _ group: any EventLoopGroup, tasks count: Int = 16,
        during body: @Sendable (ClusterLoad) async throws -> Void
    ) async throws -> Report {
        rounds.withLock { $0 = Array(repeating: 0, count: count) }
        let executors = group.makeIterator().map(OnLoop.init)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for task in 0..<count {
                let executor = task.isMultiple(of: 3) ? nil : executors[task % executors.count]
                tasks.addTask(executorPreference: executor) {
                    let own = stride(from: task, to: self.keys.count, by: count).map { self.keys[$0] }
                    await self.work(on: redis, task: task, keys: own)
                }
            }
            defer { isStopped.store(true, ordering: .relaxed) }
            try await progress()
            try await body(self)
            try await progress()
        }
        return soFar
    }

    /// Waits until every key was set and asked for once more, from the beginning to the end.
    func progress() async throws {
        let goal = rounds.withLock { $0.map { $0 + 2 } }
        for await _ in roundsEnded where zip(rounds.withLock(\.self), goal).allSatisfy({ $0 >= $1 }) { return }
        try Task.checkCancellation()
    }

    /// Waits until the keys have been served for a while without a failure.
    func recovery() async throws {
        while true {
            let before = soFar.failures.count
            try await progress()
            if soFar.failures.count == before { return }
        }
    }

    private func work(on redis: RedisClient, task: Int, keys: [String]) async {
        var turn = 0
        while !isStopped.load(ordering: .relaxed), !Task.isCancelled {
            turn += 1
            for key in keys where !isStopped.load(ordering: .relaxed) {
                let value = "\(key)=\(turn)"
                do throws(RedisError) {
                    try await redis.set(key, to: value)
                    let found = try await redis.get(key)
                    report.withLock { $0.note(found.map { String(buffer: $0) }, expected: value, key: key) }
                } catch {
                    report.withLock { $0.failures.append(Failure(key: key, error: error, time: .now)) }
                    // A node that is down fails commands at once; others need the processor.
                    await Task.yield()
                }
            }
            rounds.withLock { $0[task] += 1 }
            roundEnded.yield()
        }
    }
}

extension ClusterLoad.Report {
    fileprivate mutating func note(_ found: String?, expected: String, key: String) {
        if found == expected {
            right += 1
        } else if found?.hasPrefix("\(key)=") ?? true {
            lost += 1
        } else {
            crossed += 1
        }
    }
}
