import CoreMetrics
import Synchronization

/// The metrics of each combination of labels, made once: a request that has been seen before costs a look-up.
final class RequestSeriesTable: Sendable {
    struct Key: Hashable {
        var method: String
        var route: String
        var status: Int
    }

    struct Series: Sendable {
        let requests: Counter
        let duration: Timer
    }

    private let requestsLabel: String
    private let durationLabel: String
    private let capacity: Int
    private let factory: any MetricsFactory
    /// Nil for a series that is being made.
    private let series = Mutex<[Key: Series?]>([:])

    init(requestsLabel: String, durationLabel: String, capacity: Int, factory: any MetricsFactory) {
        self.requestsLabel = requestsLabel
        self.durationLabel = durationLabel
        self.capacity = capacity
        self.factory = factory
    }

    /// The metrics for `key`; once the table is full, those of all that did not fit, told apart by class of status.
    func series(for key: Key) -> Series {
        let (found, owned) = series.withLock { series in
            if let found = series[key] { return (found, key) }
            var owned = key
            if series.count >= capacity {
                owned = Key(method: "_OTHER", route: "overflow", status: key.status / 100 * 100)
            }
            if let found = series[owned] { return (found, owned) }
            series[owned] = .some(nil)
            return (nil, owned)
        }
        if let found { return found }
        // Outside the lock, since the factory is not ours. Two tasks may make the same one, which a factory allows.
        let made = make(owned)
        series.withLock { $0[owned] = made }
        return made
    }

    private func make(_ key: Key) -> Series {
        let dimensions = [
            ("http.request.method", key.method), ("http.route", key.route),
            ("http.response.status_code", String(key.status)),
        ]
        return Series(
            requests: Counter(label: requestsLabel, dimensions: dimensions, factory: factory),
            duration: Timer(label: durationLabel, dimensions: dimensions, factory: factory)
        )
    }
}
