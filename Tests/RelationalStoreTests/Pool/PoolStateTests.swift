import Testing

@testable import RelationalStore

struct PoolStateTests {
    private let keys = (0..<4).map { _ in Key() }

    private final class Key {}

    private func submit(_ index: Int, lane: Int = 0, to state: inout PoolState<Int>) -> String {
        switch state.submit(index, id: ObjectIdentifier(keys[index]), lane: lane) {
        case .run(let slot): "slot \(slot)"
        case .queued: "queued"
        case .refused(let error): "\(error.kind)"
        }
    }

    @Test func `the slot used last is handed out first`() {
        var state = PoolState<Int>(lanes: [3], maximumWaiting: 1)
        #expect(submit(0, to: &state) == "slot 0")
        #expect(submit(1, to: &state) == "slot 1")
        #expect(state.release(slot: 1) == nil)
        #expect(state.release(slot: 0) == nil)
        #expect(submit(2, to: &state) == "slot 0")
    }

    @Test func `lanes do not share slots or queues`() {
        var state = PoolState<Int>(lanes: [1, 2], maximumWaiting: 0)
        #expect(submit(0, lane: 0, to: &state) == "slot 0")
        #expect(submit(1, lane: 0, to: &state) == "overloaded")
        #expect(submit(2, lane: 1, to: &state) == "slot 1")
        #expect(submit(3, lane: 1, to: &state) == "slot 2")
    }

    @Test func `waiting jobs run in order, without those that gave up`() {
        var state = PoolState<Int>(lanes: [1], maximumWaiting: 3)
        #expect(submit(0, to: &state) == "slot 0")
        for index in 1...3 { #expect(submit(index, to: &state) == "queued") }
        state.remove(ObjectIdentifier(keys[2]), lane: 0)
        #expect(state.release(slot: 0) == 1)
        #expect(state.release(slot: 0) == 3)
        #expect(state.release(slot: 0) == nil)
    }

    @Test func `shutting down hands back the waiting jobs and refuses new ones`() {
        var state = PoolState<Int>(lanes: [1], maximumWaiting: 3)
        _ = submit(0, to: &state)
        _ = submit(1, to: &state)
        #expect(state.shutDown() == [1])
        #expect(state.shutDown() == nil)
        #expect(submit(2, to: &state) == "shutdown")
    }
}
