import NIOCore
import NIOPosix
import RedisClient

let redis = RedisClient(
    configuration: try RedisConfiguration(url: "redis://localhost"),
    eventLoopGroup: MultiThreadedEventLoopGroup.singleton)

try await redis.set("greeting", to: "hello", expiry: .seconds(60))
let greeting = try await redis.get("greeting", as: String.self)  // String?

// A pipeline: one write, and what became of each operation.
let (name, visits) = try await redis.pipeline(.get("name", as: String.self), .increment("visits"))
print(try name.get() ?? "nobody", try visits.get())

// A transaction: MULTI to EXEC in one write. The common hash tag {u1} puts its keys into one slot of a cluster.
let (_, seen) = try await redis.transaction(.set("{u1}last", to: "now"), .increment("{u1}seen"))

// A near cache: read once, then from memory until somebody changes the key, for 30 s at most.
let profiles = NearCache(
    client: redis, configuration: NearCacheConfiguration(prefix: "profile:"), decode: { String(buffer: $0) })
let profile = try await profiles.value(for: "profile:u1")

// A rate limit, counted for all nodes together. While Redis cannot answer, .closed throws and .open counts here.
let limiter = RedisRateLimiter(redis: redis, outagePolicy: .closed)
let decision = try await limiter.hit("login:203.0.113.7", limit: .init(hits: 10, per: .seconds(60)))
if !decision.isAllowed { print("again in \(decision.retryAfter)") }

// A subscription lives as long as the closure, and comes back by itself.
try await redis.withSubscription(to: ["news"], matching: ["user.*"]) { events in
    for try await event in events {
        switch event {
        case .message(let message): print(message.channel, String(buffer: message.payload))
        case .dropped(let count): print("too slow: \(count) messages dropped here")
        case .interrupted: print("what is published now is missed")
        case .resumed: print("heard again: time to read the state afresh")
        }
    }
}
