import FoundationEssentials

/// The sandbox's own time: real time, plus what the control plane has advanced it by.
struct SandboxClock: Sendable {
    /// As far as a sandbox's clock can be advanced in one step: ten years.
    static let longestStep = Duration.seconds(315_360_000)

    private let origin: Date
    /// Real time since `origin`; never runs backwards.
    private let elapsed: @Sendable () -> Duration
    private var advanced: Duration = .zero

    init(origin: Date, elapsed: @escaping @Sendable () -> Duration) {
        self.origin = origin
        self.elapsed = elapsed
    }

    /// A clock that runs.
    static func running() -> SandboxClock {
        let start = ContinuousClock.now
        return SandboxClock(origin: Date()) { ContinuousClock.now - start }
    }

    /// A clock that moves only when it is advanced.
    static func stopped(at origin: Date = Date(timeIntervalSince1970: 1_700_000_000)) -> SandboxClock {
        SandboxClock(origin: origin) { .zero }
    }

    var now: Date { origin.addingTimeInterval((elapsed() + advanced) / .seconds(1)) }

    /// The time that others see, who judge by their own clocks what is signed with it.
    var unadvanced: Date { origin.addingTimeInterval(elapsed() / .seconds(1)) }

    /// The minute of a time, counted from 1970.
    static func minute(of time: Date) -> Int {
        Int(time.timeIntervalSince1970 / 60)
    }

    /// The day of a time in Beijing, where WeChat's quotas begin anew at midnight.
    static func day(of time: Date) -> Int {
        Int((time.timeIntervalSince1970 + 8 * 3_600) / 86_400)
    }

    mutating func advance(by step: Duration) {
        advanced += step
    }

    /// Goes back to real time.
    mutating func reset() {
        advanced = .zero
    }
}
