import NIOCore
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1))) struct SubscriptionBufferTests {
    private func message(_ text: String) -> RedisSubscriptionEvent {
        .message(RedisMessage(channel: "", payload: ByteBuffer(string: text)))
    }

    private func readAll(_ buffer: SubscriptionBuffer) async throws -> [RedisSubscriptionEvent] {
        buffer.finish()
        var events: [RedisSubscriptionEvent] = []
        while let event = try await buffer.next() { events.append(event) }
        return events
    }

    @Test func `events are read in order, those before the end as well`() async throws {
        let buffer = SubscriptionBuffer(maximumMessages: 10, maximumBytes: 100)
        for event in [message("a"), .interrupted, .resumed, message("b")] { buffer.add(event) }
        #expect(try await readAll(buffer) == [message("a"), .interrupted, .resumed, message("b")])
        buffer.add(message("late"))
        #expect(try await buffer.next() == nil)
    }

    @Test func `the oldest messages give way, and the reader is told first how many`() async throws {
        let buffer = SubscriptionBuffer(maximumMessages: 3, maximumBytes: 100)
        for index in 0..<10 { buffer.add(message("\(index)")) }
        #expect(try await buffer.next() == .dropped(7))
        buffer.add(message("x"))
        #expect(try await readAll(buffer) == [.dropped(1), message("8"), message("9"), message("x")])
    }

    @Test func `bytes are bounded too`() async throws {
        let buffer = SubscriptionBuffer(maximumMessages: 100, maximumBytes: 10)
        for text in ["12345", "67890", "x", "12345678901"] {
            buffer.add(message(text))
        }
        #expect(try await readAll(buffer) == [.dropped(4)])
    }

    @Test func `interruptions of which nobody reads do not add up`() async throws {
        let buffer = SubscriptionBuffer(maximumMessages: 3, maximumBytes: 100)
        buffer.add(message("a"))
        for _ in 0..<1_000 {
            buffer.add(.interrupted)
            buffer.add(.resumed)
        }
        #expect(try await readAll(buffer) == [message("a"), .interrupted, .resumed])
    }

    @Test func `an error ends the reading after what came before it`() async throws {
        let buffer = SubscriptionBuffer(maximumMessages: 3, maximumBytes: 100)
        buffer.add(message("a"))
        buffer.finish(throwing: .server(.noPermission))
        #expect(try await buffer.next() == message("a"))
        await #expect(throws: RedisError.server(.noPermission)) { try await buffer.next() }
    }

    @Test func `who waits is given the event, or the end, once`() async throws {
        let buffer = SubscriptionBuffer(maximumMessages: 3, maximumBytes: 100)
        async let first = buffer.next()
        async let second = buffer.next()
        try await until("both wait") { buffer.readerCount == 2 }
        buffer.add(message("a"))
        buffer.finish()
        let events = try await [first, second]
        #expect(events.contains(message("a")) && events.contains(nil))
    }

    @Test func `a cancelled reader ends, and takes nothing with it`() async throws {
        let buffer = SubscriptionBuffer(maximumMessages: 3, maximumBytes: 100)
        for cancelsFirst in [true, false] {
            let reader = Task {
                if cancelsFirst { withUnsafeCurrentTask { $0?.cancel() } }
                return try await buffer.next()
            }
            if !cancelsFirst {
                try await until("it waits") { buffer.readerCount == 1 }
                reader.cancel()
            }
            #expect(try await reader.value == nil)
        }
        buffer.add(message("a"))
        #expect(try await buffer.next() == message("a"))
    }
}
