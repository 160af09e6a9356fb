import Testing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct RateLimitTableTests {
    private let start = ContinuousClock.now

    @Test(arguments: [1, 2, 17, 64])
    func `up to a limit of 64 the window is exact`(limit: Int) {
        var (table, random) = (RateLimitTable(capacity: 4), SeededGenerator(seed: UInt64(limit)))
        var (now, passed) = (start, [ContinuousClock.Instant]())
        let window = Duration.milliseconds(100)
        for _ in 0..<5_000 {
            now += .microseconds(Int64.random(in: 0...4_000_000 / Int64(limit) / 10, using: &random))
            passed.removeAll { $0 <= now - window }
            let decision = table.recordHit(of: "a", limit: limit, window: window, at: now)
            #expect(decision.isAllowed == (passed.count < limit))
            if decision.isAllowed { passed.append(now) }
            #expect(decision.remaining == limit - passed.count)
            #expect(decision.resetAfter == passed[0] + window - now)
        }
    }

    @Test(arguments: [65, 100, 1_000])
    func `above that no more than the limit pass in any window, and room comes at most a 64th late`(limit: Int) {
        var (table, random) = (RateLimitTable(capacity: 4), SeededGenerator(seed: UInt64(limit)))
        var (now, passed) = (start, [ContinuousClock.Instant]())
        let window = Duration.milliseconds(100)
        for _ in 0..<6_000 {
            now += .microseconds(Int64.random(in: 0...150_000 / Int64(limit), using: &random))
            passed.removeAll { $0 <= now - window - window / 64 }
            let decision = table.recordHit(of: "a", limit: limit, window: window, at: now)
            if decision.isAllowed {
                passed.append(now)
                #expect(passed.count { $0 > now - window } <= limit)
            } else {
                #expect(passed.count >= limit)
            }
        }
    }

    @Test func `a rejected hit is not recorded`() {
        var table = RateLimitTable(capacity: 4)
        func isAllowed(_ seconds: Int) -> Bool {
            table.recordHit(of: "a", limit: 1, window: .seconds(10), at: start + .seconds(seconds)).isAllowed
        }
        #expect([0, 3, 6, 9, 10, 13, 20].map(isAllowed) == [true, false, false, false, true, false, true])
    }

    @Test func `a new key takes the place of the one asked for longest ago`() {
        var table = RateLimitTable(capacity: 2)
        func isAllowed(_ key: String) -> Bool {
            table.recordHit(of: key, limit: 1, window: .seconds(10), at: start).isAllowed
        }
        #expect(isAllowed("a"))
        #expect(isAllowed("b"))
        // Asked again, though in vain: now b is the one.
        #expect(!isAllowed("a"))
        #expect(isAllowed("c"))
        #expect(table.count == 2)
        #expect(!isAllowed("a"))
        #expect(isAllowed("b"))
        #expect(isAllowed("c"))
        #expect(table.count == 2)
    }

    @Test func `keys whose hits have left the window make room by themselves`() {
        var table = RateLimitTable(capacity: 1_000)
        for index in 0..<500 { _ = table.recordHit(of: "\(index)", limit: 1, window: .seconds(10), at: start) }
        #expect(table.count == 500)
        for index in 0..<500 {
            _ = table.recordHit(of: "later \(index)", limit: 1, window: .seconds(10), at: start + .seconds(10))
        }
        #expect(table.count == 500)
    }

    @Test func `koa 4.25 any number of keys takes bounded space`() {
        var (table, random) = (RateLimitTable(capacity: 16), SeededGenerator(seed: 1))
        for step in 0..<20_000 {
            let key = String(Int.random(in: 0..<64, using: &random))
            _ = table.recordHit(of: key, limit: 3, window: .seconds(10), at: start + .seconds(step))
            #expect(table.count <= 16)
        }
    }
}
