import NIOCore

/// Decides when to ask for the map of slots: one question at a time, and not more than one in an interval, however
/// many callers find the map wrong.
struct RefreshSchedule {
    enum Action: Equatable {
        case none
        /// Ask now, and say when there is an answer.
        case ask
        /// Come back at this time.
        case wait(until: NIODeadline)
    }

    private enum Status {
        case idle
        case waiting
        case asking(isWantedAgain: Bool)
    }

    let interval: TimeAmount
    private var status = Status.idle
    private var lastStart: NIODeadline?

    init(interval: TimeAmount) {
        self.interval = interval
    }

    /// Whether a question is on its way, so that its answer can be waited for.
    var isAsking: Bool {
        if case .asking = status { true } else { false }
    }

    /// Somebody found the map wrong.
    mutating func wanted(at now: NIODeadline) -> Action {
        switch status {
        case .waiting: return .none
        case .asking:
            // The answer may be older than what this caller saw.
            status = .asking(isWantedAgain: true)
            return .none
        case .idle: return begin(at: now)
        }
    }

    /// The time came that was waited for.
    mutating func waited(at now: NIODeadline) -> Action {
        guard case .waiting = status else { return .none }
        return begin(at: now)
    }

    /// The question was answered, or came to nothing.
    mutating func ended(at now: NIODeadline) -> Action {
        guard case .asking(let isWantedAgain) = status else { return .none }
        status = .idle
        return isWantedAgain ? begin(at: now) : .none
    }

    private mutating func begin(at now: NIODeadline) -> Action {
        if let lastStart, now < lastStart + interval {
            status = .waiting
            return .wait(until: lastStart + interval)
        }
        lastStart = now
        status = .asking(isWantedAgain: false)
        return .ask
    }
}
