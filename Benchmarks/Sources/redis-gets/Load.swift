import NIOCore
import RedisClient

/// Tasks that read one key again and again.
struct Load: Sendable {
    let redis: RedisClient
    /// Reads through it instead of asking Redis each time.
    let cache: NearCache<ByteBuffer>?
    let key: String
    /// The bytes each reply must have: a fast wrong answer is no measurement.
    let length: Int
    let tasks: Int
    /// Where the tasks run, in turn; empty for Swift's own threads.
    let executors: [LoopExecutor]

    /// Reads so many times in all, give or take one for each task.
    @discardableResult
    func run(commands: Int) async throws -> Int {
        let share = max(1, commands / tasks)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                if executors.isEmpty {
                    group.addTask { try await read(share) }
                } else {
                    group.addTask(executorPreference: executors[task % executors.count]) { try await read(share) }
                }
            }
            try await group.waitForAll()
        }
        return share * tasks
    }

    private func read(_ times: Int) async throws {
        if let cache {
            for _ in 0..<times {
                guard try await cache.value(for: key)?.readableBytes == length else { throw WrongReply() }
            }
        } else {
            for _ in 0..<times {
                guard try await redis.get(key)?.readableBytes == length else { throw WrongReply() }
            }
        }
    }
}

struct WrongReply: Error {}
