import NIOCore

/// Which connection is busy and who waits: state in, action out.
///
/// A lane is a group of interchangeable slots with its own queue; a slot is a connection and its thread.
struct PoolState<Job> {
    enum Submission {
        case run(slot: Int)
        case queued
        case refused(SQLError)
    }

    private struct Lane {
        /// Idle slots; the last one used is handed out first, so that the others can rest.
        var idle: [Int]
        var waiting = CircularBuffer<(id: ObjectIdentifier, job: Job)>()
    }

    private var lanes: [Lane]
    private let laneOfSlot: [Int]
    private let maximumWaiting: Int
    private var isShutDown = false

    /// Makes the state of idle lanes with so many slots each; slots are numbered across lanes from 0.
    init(lanes sizes: [Int], maximumWaiting: Int) {
        laneOfSlot = sizes.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
        let slots = laneOfSlot
        lanes = sizes.indices.map { lane in Lane(idle: slots.indices.reversed().filter { slots[$0] == lane }) }
        self.maximumWaiting = maximumWaiting
    }

    mutating func submit(_ job: Job, id: ObjectIdentifier, lane: Int) -> Submission {
        if isShutDown { return .refused(.shutdown) }
        if let slot = lanes[lane].idle.popLast() { return .run(slot: slot) }
        guard lanes[lane].waiting.count < maximumWaiting else { return .refused(.queueIsFull) }
        lanes[lane].waiting.append((id, job))
        return .queued
    }

    /// Returns the job to run next on a slot whose job ended, or nil if the slot is idle now.
    mutating func release(slot: Int) -> Job? {
        let lane = laneOfSlot[slot]
        if let next = lanes[lane].waiting.popFirst() { return next.job }
        lanes[lane].idle.append(slot)
        return nil
    }

    /// Forgets a job that gave up waiting; does nothing if it runs already.
    mutating func remove(_ id: ObjectIdentifier, lane: Int) {
        guard let index = lanes[lane].waiting.firstIndex(where: { $0.id == id }) else { return }
        lanes[lane].waiting.remove(at: index)
    }

    /// Refuses further jobs and returns those that wait, or nil if it was shut down before.
    mutating func shutDown() -> [Job]? {
        if isShutDown { return nil }
        isShutDown = true
        let waiting = lanes.flatMap { $0.waiting.map(\.job) }
        for lane in lanes.indices { lanes[lane].waiting.removeAll() }
        return waiting
    }
}

extension SQLError {
    static let shutdown = SQLError(.shutdown, message: "the database was shut down", isSafeToRetry: false)
    static let queueIsFull = SQLError(
        .overloaded, message: "too many calls wait for a connection", isSafeToRetry: true)
    static let waitedTooLong = SQLError(
        .overloaded, message: "no connection became free within the maximum wait", isSafeToRetry: true)
}
