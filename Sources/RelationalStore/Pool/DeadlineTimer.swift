import NIOCore
import Synchronization

/// Calls actions at their deadlines, on an event loop.
///
/// One event-loop timer serves all entries. Deadlines mostly lie further ahead than the one that is armed, so
/// adding and removing an entry usually touches no event loop.
final class DeadlineTimer: Sendable {
    /// Returns the next instant to be called at, or nil when done.
    ///
    /// It must not block.
    typealias Action = @Sendable (NIODeadline) -> NIODeadline?

    private struct State {
        var nextID: UInt64 = 0
        var entries: [UInt64: (deadline: NIODeadline, action: Action)] = [:]
        var armed: NIODeadline?

        /// Returns the deadline to schedule, if the armed one is too late for it.
        mutating func arm(_ deadline: NIODeadline) -> NIODeadline? {
            if let armed, armed <= deadline { return nil }
            armed = deadline
            return deadline
        }
    }

    private let loop: any EventLoop
    private let state = Mutex(State())

    init(loop: any EventLoop) {
        self.loop = loop
    }

    func schedule(at deadline: NIODeadline, _ action: @escaping Action) -> UInt64 {
        let (id, arming) = state.withLock { state in
            state.nextID += 1
            state.entries[state.nextID] = (deadline, action)
            return (state.nextID, state.arm(deadline))
        }
        schedule(arming)
        return id
    }

    func cancel(_ id: UInt64) {
        _ = state.withLock { $0.entries.removeValue(forKey: id) }
    }

    private func schedule(_ deadline: NIODeadline?) {
        guard let deadline else { return }
        loop.scheduleTask(deadline: deadline) { [weak self] in self?.fire(armedFor: deadline) }
    }

    private func fire(armedFor deadline: NIODeadline) {
        let now = NIODeadline.now()
        let due = state.withLock { state -> [(UInt64, Action)] in
            // A timer that was overtaken by an earlier one has nothing to do.
            guard state.armed == deadline else { return [] }
            return state.entries.filter { $0.value.deadline <= now }.map { ($0.key, $0.value.action) }
        }
        let again = due.map { ($0.0, $0.1(now)) }
        let next = state.withLock { state -> NIODeadline? in
            for (id, deadline) in again {
                if let deadline { state.entries[id]?.deadline = deadline } else { state.entries[id] = nil }
            }
            guard state.armed == deadline else { return nil }
            state.armed = nil
            return state.entries.values.map(\.deadline).min().flatMap { state.arm($0) }
        }
        schedule(next)
    }
}
