import NIOCore
import Testing

@testable import RedisClient

@Suite struct ReplyQueueTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000)

    private func queue(_ deadlines: [Int64]) -> ReplyQueue<Int> {
        var queue = ReplyQueue<Int>(firstNumber: 100)
        for (index, deadline) in deadlines.enumerated() {
            queue.append(
                index, deadline: start + .nanoseconds(deadline), stallDeadline: start + .nanoseconds(deadline * 2))
        }
        return queue
    }

    @Test func `who gave up keeps the place, so the next reply meets the next one`() {
        var queue = queue([10, 10, 10])
        #expect(queue.giveUp(101) == 1)
        #expect(queue.giveUp(101) == nil)
        #expect(queue.takeReply()?.receiver == 0)
        #expect(queue.takeReply().map { $0.receiver == nil } == true)
        #expect(queue.takeReply()?.receiver == 2)
        #expect(queue.isEmpty)
    }

    @Test func `a number that is answered or not yet given finds nobody`() {
        var queue = queue([10, 10])
        _ = queue.takeReply()
        #expect(queue.giveUp(100) == nil)
        #expect(queue.giveUp(102) == nil)
        #expect(queue.giveUp(0) == nil)
        #expect(queue.giveUp(101) == 1)
    }

    @Test func `deadlines need not be in order`() {
        var queue = queue([30, 10, 20])
        #expect(queue.earliestDeadline == start + .nanoseconds(10))
        #expect(queue.giveUpExpired(at: start + .nanoseconds(20)) == [1, 2])
        #expect(queue.earliestDeadline == start + .nanoseconds(30))
        #expect(queue.replyCount == 3)
        #expect(queue.stallDeadline == start + .nanoseconds(60))
    }

    @Test func `taking all out skips those who gave up and keeps numbering`() {
        var queue = queue([10, 10, 10])
        _ = queue.giveUp(100)
        #expect(queue.removeAll().map(\.number) == [101, 102])
        #expect(queue.nextNumber == 103)
    }
}
