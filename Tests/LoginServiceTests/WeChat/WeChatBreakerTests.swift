import InMemoryLogging
import Logging
import Synchronization
import Testing
import WeChatAPI

@testable import LoginService

struct WeChatBreakerTests {
    /// A clock that a test moves.
    private final class Clock: Sendable {
        private let offset = Mutex(Duration.zero)
        private let start = ContinuousClock.now

        var now: ContinuousClock.Instant { start + offset.withLock { $0 } }

        func advance(by step: Duration) { offset.withLock { $0 += step } }
    }

    private let clock = Clock()
    private let log = InMemoryLogHandler()
    private let breaker: WeChatBreaker

    init() {
        let (clock, log) = (clock, log)
        breaker = WeChatBreaker(appID: "wx1", logger: Logger(label: "test") { _ in log }) { clock.now }
    }

    /// Makes a call that ends so, and says whether WeChat was asked, and what the caller got.
    private func call(
        _ error: WeChatError?, pause: Duration? = nil
    ) async -> (isAsked: Bool, error: WeChatError?) {
        var isAsked = false
        do throws(WeChatError) {
            let ask = { () async throws(WeChatError) in
                isAsked = true
                if let error { throw error }
            }
            try await breaker.run(pause: { _ in pause }, ask)
            return (isAsked, nil)
        } catch {
            return (isAsked, error)
        }
    }

    @Test func `WeChat is not asked for a while after it refused the mini program`() async {
        #expect(await call(WeChatError(errcode: 40_125)).isAsked)
        for _ in 0..<3 {
            let (isAsked, error) = await call(nil)
            #expect(!isAsked)
            #expect(error?.errcode == 40_125)
        }
        clock.advance(by: WeChatBreaker.pause)
        let (isAsked, error) = await call(nil)
        #expect(isAsked && error == nil)
        #expect(await call(nil).isAsked)
    }

    @Test func `after the pause one caller tries, and the others wait for what it learns`() async {
        _ = await call(WeChatError(errcode: 40_125))
        clock.advance(by: WeChatBreaker.pause)
        var inner: [Bool] = []
        do throws(WeChatError) {
            try await breaker.run { () async throws(WeChatError) in
                for _ in 0..<3 {
                    inner.append(await call(nil).isAsked)
                }
            }
        } catch { Issue.record(error) }
        #expect(inner == [false, false, false])
        #expect(await call(nil).isAsked)
    }

    @Test func `one who tries and never ends holds up the others for 5 s`() async {
        _ = await call(WeChatError(errcode: 40_125))
        clock.advance(by: WeChatBreaker.pause)
        var inner: [Bool] = []
        do throws(WeChatError) {
            try await breaker.run { () async throws(WeChatError) in
                clock.advance(by: .milliseconds(4_999))
                inner.append(await call(nil).isAsked)
                clock.advance(by: .milliseconds(1))
                inner.append(await call(nil).isAsked)
            }
        } catch { Issue.record(error) }
        #expect(inner == [false, true])
    }

    @Test func `a trial that is refused starts the pause anew`() async {
        _ = await call(WeChatError(errcode: 40_125))
        clock.advance(by: WeChatBreaker.pause)
        #expect(await call(WeChatError(errcode: 40_164)).isAsked)
        clock.advance(by: WeChatBreaker.pause - .milliseconds(1))
        let (isAsked, error) = await call(nil)
        #expect(!isAsked && error?.errcode == 40_164)
        clock.advance(by: .milliseconds(1))
        #expect(await call(nil).isAsked)
    }

    @Test(arguments: [WeChatError(errcode: 40_029), WeChatError(errcode: -1), WeChatError(.timeout)])
    func `what is wrong with one call holds up no other`(error: WeChatError) async {
        _ = await call(error)
        #expect(await call(nil).isAsked)
        _ = await call(error, pause: .seconds(1))
        #expect(await !call(nil).isAsked)
        clock.advance(by: .seconds(1))
        #expect(await call(nil).isAsked)
    }

    @Test func `the operator is told once a minute, with WeChat's number`() async {
        for _ in 0..<7 {
            _ = await call(WeChatError(errcode: 40_164))
            clock.advance(by: WeChatBreaker.pause)
        }
        #expect(log.entries.map(\.level) == [.error, .error])
        #expect(log.entries.first?.metadata["wechat.errcode"] == "40164")
    }
}
