import NIOCore
import RedisServerFixture
import Testing

@testable import RedisClient

@Suite struct GCRATests {
    private let algorithm = GCRA(.init(hits: 5, per: .seconds(1)))

    @Test func `a burst passes, and then one hit for each interval`() {
        var emptyAt: Int64 = 0
        var allowed = 0
        for _ in 0..<20 {
            guard case .allowed(let next) = algorithm.decide(cost: 1, emptyAt: emptyAt, now: 1_000_000) else { break }
            (emptyAt, allowed) = (next, allowed + 1)
        }
        #expect(allowed == 5)
        #expect(algorithm.decide(cost: 1, emptyAt: emptyAt, now: 1_000_000) == .rejected(retryAfter: 200_000))
        #expect(algorithm.decide(cost: 1, emptyAt: emptyAt, now: 1_200_000) == .allowed(emptyAt: 2_200_000))
    }

    @Test func `a clock that goes back locks nobody out for longer than a full bucket`() {
        let outcome = algorithm.decide(cost: 1, emptyAt: 9_000_000_000, now: 1_000_000)
        #expect(outcome == .rejected(retryAfter: 200_000))
    }

    @Test func `no more hits pass in any time than the limit says`() {
        var random = SeededGenerator(seed: 42)
        for _ in 0..<200 {
            let hits = Int.random(in: 1...50, using: &random)
            let burst = Int.random(in: 1...50, using: &random)
            let algorithm = GCRA(.init(hits: hits, per: .seconds(1), burst: burst))
            var (now, emptyAt, times): (Int64, Int64, [Int64]) = (0, 0, [])
            for _ in 0..<300 {
                now += Int64.random(in: 0...50_000, using: &random)
                if case .allowed(let next) = algorithm.decide(cost: 1, emptyAt: emptyAt, now: now) {
                    emptyAt = next
                    times.append(now)
                }
            }
            for (index, time) in times.enumerated() {
                let inSecond = times[index...].prefix { $0 < time + 1_000_000 }.count
                #expect(inSecond <= hits + burst)
            }
        }
    }

    @Test func `local buckets are bounded, and forget what is over first`() {
        let buckets = LocalBuckets(maximumCount: 8)
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        for number in 0..<8 { buckets.hit("old \(number)", algorithm, cost: 1, at: start) }
        let later = start + .seconds(60)
        for _ in 0..<5 { buckets.hit("full", algorithm, cost: 1, at: later) }
        #expect(buckets.count == 1)
        for number in 0..<1_000 { buckets.hit("new \(number)", algorithm, cost: 1, at: later) }
        #expect(buckets.count <= 8)
    }
}
