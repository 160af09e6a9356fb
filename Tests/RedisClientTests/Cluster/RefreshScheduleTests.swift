import NIOCore
import Testing

@testable import RedisClient

@Suite struct RefreshScheduleTests {
    private func time(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .milliseconds(seconds * 100) }

    @Test func `one question is asked, however many want it`() {
        var schedule = RefreshSchedule(interval: .seconds(1))
        #expect(schedule.wanted(at: time(50)) == .ask)
        #expect(schedule.wanted(at: time(51)) == .none)
        #expect(schedule.isAsking)
    }

    @Test func `the next question waits for the interval, and is asked once`() {
        var schedule = RefreshSchedule(interval: .seconds(1))
        _ = schedule.wanted(at: time(50))
        #expect(schedule.ended(at: time(52)) == .none)
        #expect(schedule.wanted(at: time(53)) == .wait(until: time(60)))
        #expect(schedule.wanted(at: time(54)) == .none)
        #expect(schedule.waited(at: time(60)) == .ask)
        #expect(schedule.waited(at: time(60)) == .none)
    }

    @Test func `what is wanted during a question is asked after it, as the answer may be older`() {
        var schedule = RefreshSchedule(interval: .seconds(1))
        _ = schedule.wanted(at: time(50))
        _ = schedule.wanted(at: time(51))
        #expect(schedule.ended(at: time(52)) == .wait(until: time(60)))
        #expect(schedule.waited(at: time(61)) == .ask)
        #expect(schedule.ended(at: time(62)) == .none)
        #expect(schedule.wanted(at: time(80)) == .ask)
    }

    @Test func `a question that took longer than the interval may be followed by another at once`() {
        var schedule = RefreshSchedule(interval: .seconds(1))
        _ = schedule.wanted(at: time(50))
        _ = schedule.wanted(at: time(51))
        #expect(schedule.ended(at: time(75)) == .ask)
    }
}
