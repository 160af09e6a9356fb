import CoreMetrics
import NIOHTTP1
import Synchronization

/// The metrics of each combination of labels, made once.
///
/// A request whose route, method and status have been seen before finds its metrics without a lock and without hashing
/// a text, since every request of an application comes here.
final class RequestSeriesTable: Sendable {
    struct Key: Hashable {
        var method: String
        var route: String
        var status: Int
    }

    final class Series: Sendable {
        let requests: Counter
        let duration: Timer

        init(requests: Counter, duration: Timer) {
            self.requests = requests
            self.duration = duration
        }
    }

    /// The metrics of a route's outcome.
    private final class Known: Sendable {
        let route: Route
        let method: HTTPMethod
        let status: Int
        let series: Series

        init(route: Route, method: HTTPMethod, status: Int, series: Series) {
            self.route = route
            self.method = method
            self.status = status
            self.series = series
        }
    }

    private let requestsLabel: String
    private let durationLabel: String
    private let capacity: Int
    private let factory: any MetricsFactory
    /// Nil for a series that is being made.
    private let series = Mutex<[Key: Series?]>([:])
    /// The first outcome of each place keeps it, as long as this table lives, which owns it.
    ///
    /// Not `AtomicLazyReference`, whose `load` is not inlined: it costs more than all that is recorded of a request.
    private let places = InlineArray<128, Atomic<Unmanaged<Known>?>> { _ in Atomic(nil) }

    init(requestsLabel: String, durationLabel: String, capacity: Int, factory: any MetricsFactory) {
        self.requestsLabel = requestsLabel
        self.durationLabel = durationLabel
        self.capacity = capacity
        self.factory = factory
    }

    deinit {
        for index in places.indices { places[index].load(ordering: .relaxed)?.release() }
    }

    /// The metrics of a route's outcome; nil unless it was remembered.
    func known(_ route: Route, _ method: HTTPMethod, _ status: Int) -> Series? {
        guard let place = places[Self.place(of: route, status)].load(ordering: .acquiring) else { return nil }
        let known = place.takeUnretainedValue()
        return known.route === route && known.status == status && known.method == method ? known.series : nil
    }

    /// Notes the metrics of a route's outcome, if its place is free.
    func remember(_ series: Series, of route: Route, _ method: HTTPMethod, _ status: Int) {
        let place = Self.place(of: route, status)
        guard places[place].load(ordering: .relaxed) == nil else { return }
        let known = Unmanaged.passRetained(Known(route: route, method: method, status: status, series: series))
        let isMine = places[place].compareExchange(expected: nil, desired: known, ordering: .releasing).exchanged
        if !isMine { known.release() }
    }

    private static func place(of route: Route, _ status: Int) -> Int {
        let address = UInt(bitPattern: ObjectIdentifier(route))
        return Int((address >> 4 ^ address >> 11 ^ UInt(truncatingIfNeeded: status &* 7)) & 127)
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
