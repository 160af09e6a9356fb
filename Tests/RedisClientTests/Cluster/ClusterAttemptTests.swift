import NIOCore
import Testing

@testable import RedisClient

@Suite struct ClusterAttemptTests {
    private let node = RedisConfiguration.Endpoint.tcp(host: "asked", port: 1)
    private let start = NIODeadline.uptimeNanoseconds(0)

    private func attempt(hasKeys: Bool = true) -> ClusterAttempt {
        ClusterAttempt(slot: hasKeys ? HashSlot(of: "k") : nil, deadline: start + .seconds(1))
    }

    private func error(_ text: String) -> RedisError {
        .server(Array(text.utf8).withUnsafeBufferPointer { RedisServerError(replyText: $0) })
    }

    @Test func `a redirection is followed at once, the third after a pause, the sixth no more`() {
        var attempt = attempt()
        for number in 1...5 {
            let step = attempt.step(after: error("MOVED 1 b:2"), of: node, now: start)
            guard case .move(_, .tcp("b", 2), let pause) = step else {
                Issue.record("not followed")
                return
            }
            #expect((pause > .zero) == (number > 2))
        }
        guard case .fail(let failure) = attempt.step(after: error("ASK 1 b:2"), of: node, now: start) else {
            Issue.record("followed")
            return
        }
        #expect(failure.code == .tooManyRedirections)
        #expect(failure.wasSent == false)
    }

    @Test(arguments: ["TRYAGAIN x", "CLUSTERDOWN x"])
    func `what cannot be served now is tried again after growing pauses, until the deadline`(text: String) {
        var attempt = attempt()
        var now = start
        var pauses: [TimeAmount] = []
        while case .tryAgain(let pause) = attempt.step(after: error(text), of: node, now: now) {
            pauses.append(pause)
            now = now + pause
        }
        #expect(now < start + .seconds(1))
        #expect(now > start + .milliseconds(750))
        #expect(pauses.allSatisfy { $0 >= .milliseconds(5) && $0 <= .milliseconds(200) })
        #expect((5...16).contains(pauses.count))
    }

    @Test func `nothing is followed after the deadline`() {
        var attempt = attempt()
        let step = attempt.step(after: error("MOVED 1 b:2"), of: node, now: start + .seconds(1))
        guard case .fail(let failure) = step else {
            Issue.record("followed")
            return
        }
        #expect(failure.code == .timeout)
        #expect(failure.wasSent == false)
    }

    @Test(arguments: [
        RedisError(.connectionLost, wasSent: true), RedisError(.timeout, wasSent: true),
        RedisError(.connectionLost, wasSent: false), .server(.loading), .server(.readOnly), .server(.general),
        .server(.moved),
    ])
    func `what may have run, or will fail again, is not sent again`(error: RedisError) {
        for hasKeys in [true, false] {
            var attempt = attempt(hasKeys: hasKeys)
            guard case .fail(let failure) = attempt.step(after: error, of: node, now: start) else {
                Issue.record("sent again")
                return
            }
            #expect(failure == error)
            #expect(failure.wasSent == error.wasSent)
        }
    }

    @Test func `a node that cannot be reached is replaced only where any node will do`() {
        let error = RedisError(.connectFailed, wasSent: false)
        var keyless = attempt(hasKeys: false)
        for _ in 1...5 {
            guard case .tryAgain(.zero) = keyless.step(after: error, of: node, now: start) else {
                Issue.record("given up")
                return
            }
        }
        guard case .fail = keyless.step(after: error, of: node, now: start) else {
            Issue.record("never given up")
            return
        }
        var keyed = attempt()
        guard case .fail = keyed.step(after: error, of: node, now: start) else {
            Issue.record("sent elsewhere")
            return
        }
    }
}
