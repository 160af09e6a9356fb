import CoreMetrics
import NIOCore
import Synchronization

/// What a pool tells about itself, under the names of OpenTelemetry's conventions for database clients.
///
/// | metric | kind | dimensions besides `db.system.name` |
/// |---|---|---|
/// | `db.client.connection.wait_time` | timer | |
/// | `db.client.connection.used` | meter | |
/// | `db.client.operation.duration` | timer | `db.operation.name`: the statement's name, never its text |
/// | `db.client.operation.errors` | counter | `error.type`: the error's kind |
final class DatabaseMetrics: Sendable {
    /// Names come from literals in the source, so this bound is met only by a mistake.
    private static let maximumNames = 256

    private let factory: any MetricsFactory
    private let system: (String, String)
    private let waitTime: Timer
    private let used: Meter
    private let durations = Mutex<[String: Timer]>([:])
    private let errors = Mutex<[SQLError.Kind: Counter]>([:])

    /// Nothing if nobody collects metrics, so that they cost nothing.
    ///
    /// - Parameters:
    ///   - factory: Makes the metrics; nil for that of `MetricsSystem`.
    ///   - dialect: What the database is.
    init?(factory: (any MetricsFactory)?, dialect: SQLDialect) {
        let factory = factory ?? MetricsSystem.factory
        if factory is NOOPMetricsHandler { return nil }
        self.factory = factory
        system = ("db.system.name", dialect.description)
        waitTime = Timer(label: "db.client.connection.wait_time", dimensions: [system], factory: factory)
        used = Meter(label: "db.client.connection.used", dimensions: [system], factory: factory)
    }

    /// A call got its turn on a connection, after it had waited since `start`.
    func began(at now: NIODeadline, waitingSince start: NIODeadline) {
        waitTime.recordNanoseconds((now - start).nanoseconds)
        used.increment()
    }

    /// A call gave its connection back.
    func ended(_ name: String, since start: NIODeadline) {
        used.decrement()
        duration(of: name).recordNanoseconds((NIODeadline.now() - start).nanoseconds)
    }

    func failed(_ kind: SQLError.Kind) {
        if let known = errors.withLock({ $0[kind] }) { return known.increment() }
        let counter = Counter(
            label: "db.client.operation.errors", dimensions: [system, ("error.type", kind.description)],
            factory: factory)
        errors.withLock { $0[kind] = counter }
        counter.increment()
    }

    private func duration(of name: String) -> Timer {
        let (known, isFull) = durations.withLock { ($0[name], $0.count >= Self.maximumNames) }
        if let known { return known }
        if isFull, name != "overflow" { return duration(of: "overflow") }
        // Outside the lock, since the factory is not ours. Two threads may make the same one, which a factory allows.
        let timer = Timer(
            label: "db.client.operation.duration", dimensions: [system, ("db.operation.name", name)], factory: factory)
        durations.withLock { $0[name] = timer }
        return timer
    }
}
