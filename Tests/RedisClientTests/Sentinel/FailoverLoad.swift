import NIOCore
import NIOPosix
import RedisClient
import Synchronization

/// Callers that write and read all the time, check what they read, and note how long nobody had an answer.
final class FailoverLoad: Sendable {
    struct Record {
        var answers = 0
        var wrongAnswers = 0
        var errors: [RedisError.Code: Int] = [:]
        var lastAnswer = ContinuousClock.now
        /// The longest time without an answer to anybody.
        var longestGap = Duration.zero
    }

    private let redis: RedisClient
    private let state = Mutex(Record())
    private let isOver = Atomic<Bool>(false)

    init(_ redis: RedisClient) { self.redis = redis }

    var record: Record { state.withLock(\.self) }

    /// Runs the callers, on loops and off them, as long as the body runs.
    func run(on group: MultiThreadedEventLoopGroup, _ body: () async throws -> Void) async throws {
        let executors = group.makeIterator().map(OnLoop.init)
        try await withThrowingTaskGroup { tasks in
            for caller in 0..<48 {
                let executor = caller.isMultiple(of: 3) ? nil : executors[caller % executors.count]
                tasks.addTask(executorPreference: executor) { await self.call("caller:\(caller)") }
            }
            defer { isOver.store(true, ordering: .relaxed) }
            try await body()
        }
    }

    private func call(_ key: String) async {
        var serial = 0
        while !isOver.load(ordering: .relaxed), !Task.isCancelled {
            serial += 1
            let value = "\(key).\(serial)"
            do throws(RedisError) {
                try await redis.set(key, to: value)
                note(isRight: true)
                // The write may be lost in the failover, but nobody else's value is under this key.
                let read = try await redis.get(key).map { String(buffer: $0) }
                note(isRight: read?.hasPrefix("\(key).") ?? true)
            } catch {
                state.withLock { $0.errors[error.code, default: 0] += 1 }
                // Refusals come at once: let the others have the processor.
                await Task.yield()
            }
        }
    }

    private func note(isRight: Bool) {
        let now = ContinuousClock.now
        state.withLock { record in
            record.answers += 1
            if !isRight { record.wrongAnswers += 1 }
            record.longestGap = max(record.longestGap, now - record.lastAnswer)
            record.lastAnswer = now
        }
    }

    /// Waits until many more commands were answered.
    func untilAnswered() async throws {
        let before = record.answers
        try await until("answers") { record.answers >= before + 500 }
    }
}
