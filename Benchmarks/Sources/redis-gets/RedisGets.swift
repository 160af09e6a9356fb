import Foundation
import NIOCore
import NIOPosix
import RedisClient

/// GETs of one key from many tasks at once: what a command costs the process that sends it.
///
/// Connects to `REDIS_URL` and lets `TASKS` tasks read `KEY` `COMMANDS` times in all, over `LOOPS` event loops. With
/// `PLACE=loop` each task runs on one of the loops, as a request of the service does; with `PLACE=elsewhere` on Swift's
/// own threads. With `CACHE=near` they read through a near cache, which asks Redis once. The first tenth as many again warm up and are not counted.
///
/// Prints the commands and the seconds of CPU they took, user's and system's.
@main
enum RedisGets {
    static func main() async throws {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: try number("LOOPS"))
        var configuration = try RedisConfiguration(url: try text("REDIS_URL"))
        // A machine that has other work, or valgrind, may be slow; that is no failure here.
        configuration.connectTimeout = .seconds(20)
        configuration.commandTimeout = .seconds(20)
        let redis = RedisClient(configuration: configuration, eventLoopGroup: loops)
        try await redis.connect()
        let cache: NearCache<ByteBuffer>? =
            try text("CACHE") == "near"
            ? NearCache(client: redis, configuration: NearCacheConfiguration(prefix: try text("KEY")), decode: \.self)
            : nil
        try await cache?.connect()
        let load = Load(
            redis: redis,
            cache: cache,
            key: try text("KEY"),
            length: try number("LENGTH"),
            tasks: try number("TASKS"),
            executors: try text("PLACE") == "loop" ? loops.makeIterator().map(LoopExecutor.init) : []
        )
        let commands = try number("COMMANDS")
        try await load.run(commands: commands / 10)
        let before = secondsOfCPU()
        let done = try await load.run(commands: commands)
        print(done, secondsOfCPU() - before)
        await cache?.shutdown()
        await redis.shutdown()
        try await loops.shutdownGracefully()
    }

    private static func secondsOfCPU() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func text(_ name: String) throws -> String {
        guard let value = ProcessInfo.processInfo.environment[name] else { throw MissingSetting(name: name) }
        return value
    }

    private static func number(_ name: String) throws -> Int {
        guard let value = Int(try text(name)) else { throw MissingSetting(name: name) }
        return value
    }
}

struct MissingSetting: Error {
    let name: String
}
