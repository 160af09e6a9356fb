import Metrics
import NIOCore
import Synchronization

/// The instruments of a client, in the words of swift-metrics.
///
/// Labels are bounded: commands by a table of names, errors by codes and known words.
final class ClientMetrics: Sendable {
    /// Commands asked for and not yet answered.
    let inFlight: Meter
    /// Connections that serve commands.
    private let connections: Meter
    private let opened: Counter
    private let mapped: Counter
    private let factory: any MetricsFactory
    private let durations = Mutex<[Outcome: Timer]>([:])

    private struct Outcome: Hashable {
        let name: String
        let errorType: String?
    }

    init(factory: any MetricsFactory) {
        self.factory = factory
        inFlight = Meter(label: "redis.client.commands.in_flight", factory: factory)
        connections = Meter(label: "redis.client.connections", factory: factory)
        opened = Counter(label: "redis.client.connections.opened", factory: factory)
        mapped = Counter(label: "redis.client.cluster.maps", factory: factory)
    }

    /// Notes how long a command took, from the call to its end.
    func recordDuration(_ duration: TimeAmount, of name: String, errorType: String?) {
        let outcome = Outcome(name: name, errorType: errorType)
        let timer = durations.withLock { timers in
            if let timer = timers[outcome] { return timer }
            let timer = makeTimer(outcome)
            timers[outcome] = timer
            return timer
        }
        timer.recordNanoseconds(duration.nanoseconds)
    }

    private func makeTimer(_ outcome: Outcome) -> Timer {
        var dimensions = [("db.system.name", "redis"), ("db.operation.name", outcome.name)]
        if let type = outcome.errorType { dimensions.append(("error.type", type)) }
        return Timer(label: "db.client.operation.duration", dimensions: dimensions, factory: factory)
    }

    func connectionOpened() {
        connections.increment()
        opened.increment()
    }

    /// Notes the end of a connection that served.
    func connectionLost(_ error: RedisError) {
        connections.decrement()
        count("redis.client.connections.lost", error)
    }

    /// Notes that a cluster was asked for its slots, and answered.
    func clusterMapped() { mapped.increment() }

    /// Notes that no connection could be made.
    func connectFailed(_ error: RedisError) {
        count("redis.client.connections.failed", error)
    }

    /// Rare enough to look the counter up each time.
    func count(_ label: String, _ error: RedisError) {
        Counter(label: label, dimensions: [("error.type", error.type)], factory: factory).increment()
    }
}
