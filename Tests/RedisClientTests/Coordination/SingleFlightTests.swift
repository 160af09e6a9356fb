import Synchronization
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1))) struct SingleFlightTests {
    private struct Refused: Error {}

    /// Holds work back until the test lets it go on.
    private final class Door: Sendable {
        private let stream: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation
        let passed = Atomic<Int>(0)

        init() { (stream, continuation) = AsyncStream.makeStream() }

        func open() { continuation.finish() }

        func pass() async throws {
            passed.wrappingAdd(1, ordering: .relaxed)
            for await _ in stream {}
            try Task.checkCancellation()
        }
    }

    private func until(_ condition: () -> Bool) async throws {
        while !condition() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    @Test func `a hundred callers share one piece of work and its result`() async throws {
        let flight = SingleFlight<String, Int>(timeLimit: .seconds(30))
        let door = Door()
        let results = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await flight.value(for: "k") {
                        try await door.pass()
                        return 7
                    }
                }
            }
            try await until { flight.waiterCount(for: "k") == 100 }
            door.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == Array(repeating: 7, count: 100))
        #expect(door.passed.load(ordering: .relaxed) == 1)
        #expect(flight.count == 0)
    }

    @Test func `keys do not wait for each other`() async throws {
        let flight = SingleFlight<String, Int>(timeLimit: .seconds(30))
        let door = Door()
        async let slow = flight.value(for: "slow") {
            try await door.pass()
            return 1
        }
        try await until { flight.count == 1 }
        #expect(try await flight.value(for: "fast") { 2 } == 2)
        door.open()
        #expect(try await slow == 1)
    }

    @Test func `an error is shared, and the next caller starts anew`() async throws {
        let flight = SingleFlight<String, Int>(timeLimit: .seconds(30))
        await #expect(throws: Refused.self) { try await flight.value(for: "k") { throw Refused() } }
        #expect(try await flight.value(for: "k") { 3 } == 3)
    }

    @Test func `a caller that is cancelled leaves the others their result`() async throws {
        let flight = SingleFlight<String, Int>(timeLimit: .seconds(30))
        let door = Door()
        let work: @Sendable () async throws -> Int = {
            try await door.pass()
            return 5
        }
        let first = Task { try await flight.value(for: "k", work: work) }
        try await until { flight.waiterCount(for: "k") == 1 }
        let second = Task { try await flight.value(for: "k", work: work) }
        try await until { flight.waiterCount(for: "k") == 2 }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        door.open()
        #expect(try await second.value == 5)
        #expect(door.passed.load(ordering: .relaxed) == 1)
    }

    @Test func `the work is cancelled when the last caller has left`() async throws {
        let flight = SingleFlight<String, Int>(timeLimit: .seconds(30))
        let cancelled = Door()
        let caller = Task {
            try await flight.value(for: "k") {
                do {
                    try await hangUntilCancelled()
                } catch {
                    cancelled.passed.store(1, ordering: .relaxed)
                }
                return 1
            }
        }
        try await until { flight.count == 1 }
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
        try await until { cancelled.passed.load(ordering: .relaxed) == 1 }
        #expect(flight.count == 0)
    }

    @Test func `work over its time limit is cancelled, and its callers are told`() async throws {
        let flight = SingleFlight<String, Int>(timeLimit: .milliseconds(20))
        await #expect(throws: SingleFlight<String, Int>.TimedOut.self) {
            try await flight.value(for: "k") {
                try await hangUntilCancelled()
                return 1
            }
        }
        #expect(flight.count == 0)
    }

    @Test func `a caller that is cancelled before it comes starts nothing`() async throws {
        let flight = SingleFlight<String, Int>(timeLimit: .seconds(30))
        let door = Door()
        let caller = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await flight.value(for: "k") { door.passed.wrappingAdd(1, ordering: .relaxed).newValue }
        }
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
        #expect(door.passed.load(ordering: .relaxed) == 0)
        #expect(flight.count == 0)
    }

    @Test func `callers that come and leave at random all end`() async throws {
        let flight = SingleFlight<Int, Int>(timeLimit: .seconds(30))
        await withTaskGroup { group in
            for number in 0..<2_000 {
                let caller = Task {
                    try await flight.value(for: number % 7) {
                        await Task.yield()
                        return number
                    }
                }
                if number.isMultiple(of: 3) { caller.cancel() }
                group.addTask { _ = await caller.result }
            }
        }
        #expect(flight.count == 0)
    }
}
