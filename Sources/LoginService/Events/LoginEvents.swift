import Logging
import Synchronization

/// Tells of what happened: in one audit line each, and to the hook of whoever embeds the node.
///
/// Recording never waits and never fails: the hook is called by a task of the node's, and what it is too slow for is
/// left out and counted. Of refused logins so many a second are recorded, so that a flood of them floods no log.
final class LoginEvents: Sendable {
    /// What an embedder does with an event.
    typealias Hook = @Sendable (LoginEvent) async -> Void

    private let hook: Hook?
    private let metrics: EventMetrics?
    private let logger: Logger
    private let events: AsyncStream<LoginEvent>
    private let continuation: AsyncStream<LoginEvent>.Continuation
    private let (stop, stopping) = AsyncStream.makeStream(of: Never.self)
    private let dropped = Atomic(0)
    private let budget = Mutex(RefusalBudget())

    /// How many events may wait for the hook.
    static let capacity = 4_096
    /// How long the hook has for what waits when the node stops.
    static let grace = Duration.seconds(5)

    /// - Parameters:
    ///   - logger: Told when the hook falls behind.
    ///   - metrics: Counts the events. Default: nobody does.
    ///   - hook: Called with one event after the other. Default: none.
    init(logger: Logger, metrics: EventMetrics? = nil, hook: Hook? = nil) {
        self.logger = logger
        self.metrics = metrics
        self.hook = hook
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.capacity))
    }

    /// Notes an event that a request or a command brought about.
    func record(_ event: LoginEvent, from origin: EventOrigin) {
        metrics?.count(event)
        var omitted = 0
        if event.kind == .loginRefused {
            guard let before = budget.withLock({ $0.admit(at: .now) }) else { return }
            omitted = before
        }
        var event = event
        event.clientAddress = origin.clientAddress
        event.requestID = origin.requestID
        if origin.logger.logLevel <= .info {
            origin.logger.info("audit", metadata: Self.metadata(of: event, omitted: omitted))
        }
        guard hook != nil, case .dropped = continuation.yield(event) else { return }
        dropped.add(1, ordering: .relaxed)
    }

    private static func metadata(of event: LoginEvent, omitted: Int) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["event": "\(event.kind.rawValue)"]
        if let userID = event.userID { metadata["user.id"] = "\(userID)" }
        if let sessionID = event.sessionID { metadata["session.id"] = "\(sessionID)" }
        if let count = event.sessionCount { metadata["sessions"] = "\(count)" }
        if let appID = event.appID { metadata["app"] = "\(appID)" }
        if let reason = event.reason { metadata["reason"] = "\(reason)" }
        if let address = event.clientAddress { metadata["client.address"] = "\(address)" }
        if omitted > 0 { metadata["omitted"] = "\(omitted)" }
        return metadata
    }

    /// Calls the hook until ``finish()``, and a while longer for what waits then; or until its task is cancelled.
    func run() async {
        guard let hook else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await event in self.events {
                    await hook(event)
                    self.reportDropped()
                }
            }
            group.addTask {
                for await _ in self.stop {}
                try? await Task.sleep(for: Self.grace)
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// There will be no more events.
    func finish() {
        continuation.finish()
        stopping.finish()
    }

    private func reportDropped() {
        let count = dropped.exchange(0, ordering: .relaxed)
        if count > 0 { logger.warning("events left out, the hook is slow", metadata: ["count": "\(count)"]) }
    }
}

/// How many refused logins are recorded a second, and how many were not.
private struct RefusalBudget {
    private static let perSecond = 100

    private var second: ContinuousClock.Instant?
    private var count = 0
    private var omitted = 0

    /// How many were left out before this one; nil when this one is left out too.
    mutating func admit(at now: ContinuousClock.Instant) -> Int? {
        if second.map({ now - $0 >= .seconds(1) }) ?? true { (second, count) = (now, 0) }
        guard count < Self.perSecond else {
            omitted += 1
            return nil
        }
        count += 1
        defer { omitted = 0 }
        return omitted
    }
}
