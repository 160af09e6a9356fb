import NIOCore
import Testing

@testable import RelationalStore

struct ConnectBreakerTests {
    private let down = SQLError(.unavailable, message: "down", isSafeToRetry: true)
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test func `after a failure attempts pause, then one probes`() throws {
        var breaker = ConnectBreaker()
        try breaker.attempt(at: start)
        breaker.failed(down, at: start, jitter: 0)
        #expect(throws: down) { try breaker.attempt(at: start + .milliseconds(49)) }
        try breaker.attempt(at: start + .milliseconds(50))
        #expect(throws: down) { try breaker.attempt(at: start + .seconds(10)) }
        breaker.succeeded()
        try breaker.attempt(at: start + .seconds(10))
    }

    @Test func `the pause grows to 800 ms and no further`() throws {
        var breaker = ConnectBreaker()
        for _ in 0..<20 { breaker.failed(down, at: start, jitter: 0) }
        #expect(throws: down) { try breaker.attempt(at: start + .milliseconds(799)) }
        try breaker.attempt(at: start + .milliseconds(800))
    }
}
