import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1))) struct CacheShardTests {
    private let shard = CacheShard(maximumCount: 100, maximumBytes: 100_000)
    private let feed = FeedState()

    init() { feed.begin(leaseUntil: .seconds(4)) }

    @Test func `what was loaded is served`() {
        shard.fill("k", 1, feed)
        #expect(shard.number("k") == 1)
        #expect(shard.number("other") == nil)
    }

    @Test func `nothing is served before the feed is live, after its lease, or once it is down`() {
        let feed = FeedState()
        shard.fill("k", 1, feed)
        #expect(shard.number("k") == nil)
        feed.begin(leaseUntil: .seconds(4))
        #expect(shard.number("k") == nil)
        shard.fill("k", 2, feed)
        #expect(shard.number("k", at: .seconds(3.9)) == 2)
        #expect(shard.number("k", at: .seconds(4)) == nil)
        feed.end()
        #expect(shard.number("k") == nil)
    }

    @Test func `an entry comes back when the lease is extended, having heard of all changes since`() {
        shard.fill("k", 1, feed)
        #expect(shard.number("k", at: .seconds(5)) == nil)
        feed.extend(leaseUntil: .seconds(8))
        #expect(shard.number("k", at: .seconds(5)) == 1)
    }

    @Test func `a feed that is down is not revived by a late sign of life`() {
        feed.end()
        feed.extend(leaseUntil: .seconds(9))
        #expect(!feed.isLive(at: .seconds(1)))
    }

    @Test func `a new life of the feed serves nothing of the old one`() {
        shard.fill("k", 1, feed)
        feed.end()
        feed.begin(leaseUntil: .seconds(9))
        #expect(shard.number("k") == nil)
    }

    @Test func `an invalidation removes the entry`() {
        shard.fill("k", 1, feed)
        shard.fill("l", 2, feed)
        shard.invalidate(ExactText("k"))
        #expect(shard.number("k") == nil)
        #expect(shard.number("l") == 2)
    }

    @Test func `a flush makes all entries and loads useless`() throws {
        shard.fill("k", 1, feed)
        let load = try #require(shard.beginLoad("l", feed))
        feed.forgetAll()
        shard.endLoad(load, "l", 2)
        #expect(shard.number("k") == nil)
        #expect(shard.number("l") == nil)
    }

    @Test func `a value asked for before the invalidation and received after it is not kept`() throws {
        let load = try #require(shard.beginLoad("k", feed))
        shard.invalidate(ExactText("k"))
        shard.endLoad(load, "k", 1)
        #expect(shard.number("k") == nil)
    }

    @Test func `a load that is spoiled is not joined, and does not end its successor`() throws {
        let old = try #require(shard.beginLoad("k", feed))
        shard.invalidate(ExactText("k"))
        let new = try #require(shard.beginLoad("k", feed))
        shard.endLoad(old, "k", 1)
        #expect(shard.number("k") == nil)
        shard.endLoad(new, "k", 2)
        #expect(shard.number("k") == 2)
    }

    @Test func `a load begun in another life of the feed is neither kept nor joined`() throws {
        let load = try #require(shard.beginLoad("k", feed))
        feed.end()
        feed.begin(leaseUntil: .seconds(9))
        #expect(shard.beginLoad("k", feed) != nil)
        shard.endLoad(load, "k", 1)
        #expect(shard.number("k") == nil)
    }

    @Test func `an own change forgets the value and what is on its way`() throws {
        shard.fill("k", 1, feed)
        shard.forget(ExactText("k"))
        let load = try #require(shard.beginLoad("k", feed))
        shard.forget(ExactText("k"))
        shard.endLoad(load, "k", 2)
        #expect(shard.number("k") == nil)
    }

    @Test func `an entry is not served at its expiry, nor kept when it comes after it`() throws {
        shard.fill("k", 1, feed, expiry: .seconds(2))
        #expect(shard.number("k", at: .seconds(1.9)) == 1)
        #expect(shard.number("k", at: .seconds(2)) == nil)
        let load = try #require(shard.beginLoad("k", feed))
        shard.endLoad(load, "k", 2, expiry: .seconds(2), at: .seconds(3))
        #expect(shard.number("k", at: .seconds(1)) == nil)
    }

    @Test func `keys are told apart by their bytes, not as text`() {
        shard.fill("caf\u{E9}", 1, feed)
        #expect(shard.number("cafe\u{301}") == nil)
        shard.fill("cafe\u{301}", 2, feed)
        #expect(shard.number("caf\u{E9}") == 1)
        shard.invalidate(ExactText("cafe\u{301}"))
        #expect(shard.number("caf\u{E9}") == 1)
    }

    @Test func `who joined gets the value even if it may not be kept`() async throws {
        let load = try #require(shard.beginLoad("k", feed))
        let joined = try #require(joinable("k"))
        #expect(joined == load)
        async let outcome = shard.wait(for: joined)
        try await until("someone waits") { shard.waiterCount(of: load) == 1 }
        shard.invalidate(ExactText("k"))
        shard.endLoad(load, "k", 7)
        guard case .loaded(let object) = await outcome else {
            Issue.record("not loaded")
            return
        }
        #expect((object as? Stored)?.number == 7)
        #expect(shard.number("k") == nil)
    }

    @Test func `who is cancelled leaves alone, whether before or after beginning to wait`() async throws {
        let load = try #require(shard.beginLoad("k", feed))
        let staying = Task { await shard.wait(for: load) }
        let leaving = Task { await shard.wait(for: load) }
        try await until("both wait") { shard.waiterCount(of: load) == 2 }
        leaving.cancel()
        guard case .failed(let error) = await leaving.value else {
            Issue.record("not cancelled")
            return
        }
        #expect(error.code == .cancelled)
        #expect(shard.waiterCount(of: load) == 1)
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await shard.wait(for: load)
        }
        if case .failed(let error) = await late.value { #expect(error.code == .cancelled) }
        shard.endLoad(load, "k", 1)
        guard case .loaded = await staying.value else {
            Issue.record("not loaded")
            return
        }
        guard case .askAgain = await shard.wait(for: load) else {
            Issue.record("waits for what is over")
            return
        }
    }

    private func joinable(_ key: String) -> UInt64? {
        if case .join(let number) = shard.missed(ExactText(key), feed: feed, at: .seconds(1)) { number } else { nil }
    }
}
