import CoreMetrics
import Synchronization

/// Counts what happens to logins, sessions and users: `login_events_total`, by event and, for refusals, by reason.
///
/// Reasons of refusals are words of the contract; others may be an operator's, and are no label.
final class EventMetrics: Sendable {
    private struct Key: Hashable {
        let event: LoginEvent.Kind
        let reason: String?
    }

    static let label = "login.events"

    private let factory: any MetricsFactory
    private let counters = Mutex<[Key: Counter]>([:])

    init(factory: any MetricsFactory) {
        self.factory = factory
    }

    func count(_ event: LoginEvent) {
        let isRefusal = event.kind == .loginRefused || event.kind == .verificationRefused
        let key = Key(event: event.kind, reason: isRefusal ? event.reason : nil)
        let counter = counters.withLock { counters in
            if let known = counters[key] { return known }
            let dimensions = [("event", key.event.rawValue)] + (key.reason.map { [("reason", $0)] } ?? [])
            let made = Counter(label: Self.label, dimensions: dimensions, factory: factory)
            counters[key] = made
            return made
        }
        counter.increment()
    }
}
