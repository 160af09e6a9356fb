import NIOCore
import Testing

@testable import RedisClient

@Suite struct ReplyQueueTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000)

    private func queue(_ deadlines: [Int64]) -> ReplyQueue<Int> {
        var queue = ReplyQueue<Int>()
        for (index, deadline) in deadlines.enumerated() {
            queue.append(
                index, number: 100 + UInt64(index), deadline: start + .nanoseconds(deadline),
                stallDeadline: start + .nanoseconds(deadline * 2))
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

    @Test func `a number that was taken and not used finds nobody`() {
        var queue = ReplyQueue<UInt64>()
        for number: UInt64 in [3, 4, 7, 9, 10, 20] {
            queue.append(number, number: number, deadline: start, stallDeadline: start)
        }
        for number: UInt64 in [0, 2, 5, 6, 8, 11, 19, 21] { #expect(queue.giveUp(number) == nil) }
        for number: UInt64 in [20, 3, 9, 4, 10, 7] { #expect(queue.giveUp(number) == number) }
    }

    @Test func `tickets name places whatever the order, and none names one without`() {
        var queue = ReplyQueue<Int>()
        for (index, ticket) in [UInt64(9), 0, 3].enumerated() {
            queue.append(
                index, number: UInt64(index), ticket: ticket, deadline: start, stallDeadline: start)
        }
        #expect(queue.giveUp([3, 9, 77]) == [0, 2])
        #expect(queue.giveUp([3, 9]) == [])
        #expect(queue.takeReply().map { $0.receiver == nil } == true)
        #expect(queue.takeReply()?.receiver == 1)
    }

    @Test func `deadlines need not be in order`() {
        var queue = queue([30, 10, 20])
        #expect(queue.earliestDeadline == start + .nanoseconds(10))
        #expect(queue.giveUpExpired(at: start + .nanoseconds(20)) == [1, 2])
        #expect(queue.earliestDeadline == start + .nanoseconds(30))
        #expect(queue.replyCount == 3)
        #expect(queue.stallDeadline == start + .nanoseconds(60))
    }

    @Test func `a place waits for all replies of a batch, also when it was given up`() {
        var queue = ReplyQueue<Int>()
        queue.append(1, number: 100, replyCount: 3, deadline: start, stallDeadline: start)
        queue.append(2, number: 105, deadline: start, stallDeadline: start)
        #expect(queue.replyCount == 4)
        #expect(queue.takeReply().map { $0.receiver == 1 && $0.replyCount == 2 } == true)
        #expect(queue.giveUp(100) == 1)
        #expect(queue.takeReply().map { $0.receiver == nil && $0.replyCount == 1 } == true)
        #expect(queue.takeReply().map { $0.receiver == nil && $0.replyCount == 0 } == true)
        #expect(queue.takeReply()?.receiver == 2)
        #expect(queue.isEmpty && queue.replyCount == 0)
    }

    @Test func `a place is small`() {
        #expect(MemoryLayout<ReplyQueue<ReplyReceiver>.Place>.size == 48)
    }

    @Test func `taking all out skips those who gave up`() {
        var queue = queue([10, 10, 10])
        _ = queue.giveUp(100)
        #expect(queue.removeAll().map(\.number) == [101, 102])
    }
}
