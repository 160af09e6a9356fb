import NIOCore
import Testing

@testable import RedisClient

@Suite struct BackoffTests {
    private var backoff = Backoff(RedisConfiguration(.standalone(.unixSocket(path: "/s"))))

    @Test mutating func `the bound doubles up to the cap`() {
        var bounds: [TimeAmount] = []
        for _ in 0..<8 {
            bounds.append(backoff.bound)
            let pause = backoff.nextPause(isRefusal: false)
            #expect(pause >= .zero && pause <= bounds[bounds.count - 1])
        }
        #expect(bounds == [50, 100, 200, 400, 800, 1_600, 2_000, 2_000].map { .milliseconds($0) })
        for _ in 0..<100 { _ = backoff.nextPause(isRefusal: false) }
        #expect(backoff.bound == .seconds(2))
    }

    @Test mutating func `only a connection that lived starts it again`() {
        for _ in 0..<3 { _ = backoff.nextPause(isRefusal: false) }
        backoff.connectionEnded(afterLiving: .seconds(9))
        #expect(backoff.bound == .milliseconds(400))
        backoff.connectionEnded(afterLiving: .seconds(10))
        #expect(backoff.bound == .milliseconds(50))
    }

    @Test mutating func `a refused password pauses for the cap`() {
        #expect(backoff.nextPause(isRefusal: true) == .seconds(2))
    }
}
