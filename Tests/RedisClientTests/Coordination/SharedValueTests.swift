import NIOCore
import RedisServerFixture
import Synchronization
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1))) struct SharedValueTests {
    private struct Refused: Error {}

    /// An upstream that counts its questions and answers `token 1`, `token 2`, ….
    private final class Upstream: Sendable {
        let questions = Atomic<Int>(0)
        let lifetime: Duration
        let refuses = Atomic<Bool>(false)

        init(lifetime: Duration = .seconds(7_200)) { self.lifetime = lifetime }

        func ask() throws -> SharedValue.Renewal {
            let number = questions.wrappingAdd(1, ordering: .relaxed).newValue
            if refuses.load(ordering: .relaxed) { throw Refused() }
            return .init("token \(number)", lifetime: lifetime)
        }

        var count: Int { questions.load(ordering: .relaxed) }
    }

    private func value(
        _ redis: RedisClient, _ upstream: Upstream, renewAt: Double? = nil, renewBefore: Duration? = nil
    ) -> SharedValue {
        var limits = SharedValue.Limits()
        limits.renewBefore = renewBefore
        if let renewAt { limits.renewAt = renewAt }
        return SharedValue(redis: redis, name: "wx:app", limits: limits) { try upstream.ask() }
    }

    private func withNodes(_ body: (RedisClient, RedisClient) async throws -> Void) async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { first, _ async throws in
                try await withClient(server.url) { second, _ in try await body(first, second) }
            }
        }
    }

    @Test func `a burst on two nodes asks upstream once`() async throws {
        try await withNodes { first, second async throws in
            let upstream = Upstream()
            let nodes = [value(first, upstream), value(second, upstream)]
            let values = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<100 { group.addTask { try await nodes[number % 2].value() } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(values == ["token 1"])
            #expect(upstream.count == 1)
        }
    }

    @Test func `a value in the last part of its life is renewed by one node, and others go on with it`() async throws {
        try await withNodes { first, second async throws in
            let upstream = Upstream()
            let early = value(first, upstream, renewAt: 0)
            #expect(try await early.value() == "token 1")
            #expect(try await value(second, upstream).value() == "token 1")
            guard
                case .acquired(let lease) = try await RedisLock(redis: second, name: "wx:app").acquire(
                    for: .seconds(30))
            else {
                Issue.record("the lock was not given back")
                return
            }
            #expect(try await early.value() == "token 1")
            #expect(try await RedisLock(redis: second, name: "wx:app").release(lease))
            #expect(try await early.value() == "token 2")
            #expect(upstream.count == 2)
        }
    }

    @Test func `an upstream that would give the old value again is not asked before it gives a new one`() async throws {
        try await withNodes { first, second async throws in
            // Renewed at once by its part of life; but only in its last five minutes.
            let long = Upstream()
            for redis in [first, second, first] {
                #expect(try await value(redis, long, renewAt: 0, renewBefore: .seconds(300)).value() == "token 1")
            }
        }
        try await withNodes { first, second async throws in
            let short = Upstream(lifetime: .seconds(299))
            for (number, redis) in [first, second, first].enumerated() {
                let value = try await value(redis, short, renewAt: 0, renewBefore: .seconds(300)).value()
                #expect(value == "token \(number + 1)")
            }
        }
    }

    @Test func `a value that upstream refused is dropped, unless it was renewed meanwhile`() async throws {
        try await withNodes { first, second async throws in
            let upstream = Upstream()
            let (one, two) = (value(first, upstream), value(second, upstream))
            #expect(try await one.value() == "token 1")
            #expect(try await one.invalidate("token 1"))
            #expect(try await two.value() == "token 2")
            #expect(try await !one.invalidate("token 1"))
            #expect(try await one.value() == "token 2")
        }
    }

    @Test func `a failing upstream does not take a value that is still good`() async throws {
        try await withNodes { first, _ async throws in
            let upstream = Upstream()
            let early = value(first, upstream, renewAt: 0)
            #expect(try await early.value() == "token 1")
            upstream.refuses.store(true, ordering: .relaxed)
            #expect(try await early.value() == "token 1")
            #expect(try await early.invalidate("token 1"))
            await #expect(throws: Refused.self) { try await early.value() }
        }
    }

    @Test func `a Redis that takes no writes does not take a value that is still good`() async throws {
        try await withNodes { first, _ async throws in
            let upstream = Upstream()
            let early = value(first, upstream, renewAt: 0)
            #expect(try await early.value() == "token 1")
            try await first.configure("maxmemory", "1")
            #expect(try await early.value() == "token 1")
            #expect(upstream.count == 1)
            try await first.configure("maxmemory", "0")
            #expect(try await early.value() == "token 2")
        }
    }

    @Test func `a holder that stalled cannot put an older value over a newer one`() async throws {
        try await withNodes { first, _ async throws in
            let store = SharedValueStore(redis: first, name: "wx:app")
            #expect(try await store.write(.init("new", lifetime: .seconds(60)), asked: .now(), fence: 9))
            #expect(try await !store.write(.init("old", lifetime: .seconds(60)), asked: .now(), fence: 8))
            #expect(try await store.read()?.value == "new")
            #expect(try await store.remove("new"))
            #expect(try await !store.write(.init("old", lifetime: .seconds(60)), asked: .now(), fence: 8))
            let longAgo = NIODeadline.now() - .seconds(61)
            #expect(try await !store.write(.init("over", lifetime: .seconds(60)), asked: longAgo, fence: 10))
            #expect(try await store.read() == nil)
        }
    }

    @Test func `an upstream that hangs is cancelled, and the lock given back`() async throws {
        try await withNodes { first, _ async throws in
            var limits = SharedValue.Limits()
            limits.renewal = .milliseconds(50)
            let hanging = SharedValue(redis: first, name: "wx:app", limits: limits) {
                try await hangUntilCancelled()
                return .init("never", lifetime: .seconds(1))
            }
            await #expect(throws: SharedValue.TimedOut.self) { try await hanging.value() }
            #expect(try await first.get("{wx:app}:lock") == nil)
        }
    }

    @Test func `a renewal that nobody waits for any more gives the lock back`() async throws {
        try await withNodes { first, second async throws in
            let isAsked = Atomic<Bool>(false)
            let hanging = SharedValue(redis: first, name: "wx:app") {
                isAsked.store(true, ordering: .relaxed)
                try await hangUntilCancelled()
                return .init("never", lifetime: .seconds(1))
            }
            let waiter = Task { try await hanging.value() }
            try await until("upstream is asked") { isAsked.load(ordering: .relaxed) }
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
            // Who waits for a lock that is held gives up before the lease of the one that left is over.
            let upstream = Upstream()
            #expect(try await value(second, upstream).value() == "token 1")
            #expect(upstream.count == 1)
        }
    }

    @Test func `without Redis the error says so, and upstream is not asked`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis, _ async throws in
                let upstream = Upstream()
                let shared = value(redis, upstream)
                server.kill()
                await #expect(throws: RedisError.self) { try await shared.value() }
                #expect(upstream.count == 0)
            }
        }
    }
}
