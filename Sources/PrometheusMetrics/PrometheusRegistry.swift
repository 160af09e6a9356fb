public import CoreMetrics
import Synchronization

/// A backend of swift-metrics whose values a Prometheus server reads as text.
///
/// ```swift
/// let registry = PrometheusRegistry()
/// MetricsSystem.bootstrap(registry)
/// Counter(label: "orders", dimensions: [("shop", "north")]).increment()
/// print(registry.text())
/// // # HELP orders_total orders
/// // # TYPE orders_total counter
/// // orders_total{shop="north"} 1
/// ```
///
/// Names and labels take the letters that Prometheus knows: `http.server.requests` is `http_server_requests_total`, for
/// a counter; a timer is a histogram of seconds and ends with `_seconds`. Meters, and recorders that do not aggregate,
/// are gauges; those that aggregate are histograms. Two metrics of one name and one set of labels are the same one.
///
/// Making a metric takes a lock; recording takes none and allocates nothing.
public final class PrometheusRegistry: MetricsFactory, Sendable {
    private let options: Options
    private let families = Mutex<[String: MetricFamily]>([:])

    /// Creates a registry without metrics.
    ///
    /// - Parameter options: Buckets, bounds and descriptions.
    public init(_ options: Options = Options()) {
        self.options = options
    }

    /// All metrics in Prometheus' text format, version 0.0.4, by name and labels.
    ///
    /// To be served as ``contentType``.
    public func text() -> String {
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) { family.write(name, to: &text) }
        return text
    }

    /// The media type of ``text()``.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The series of a metric, made on first sight; nil when there are as many families as may be.
    func series<Series: MetricSeries>(
        _ kind: MetricFamily.Kind,
        label: String,
        unit: String? = nil,
        dimensions: [(String, String)],
        orMake make: () -> Series
    ) -> Series? {
        let labels = SeriesLabels(dimensions)
        return families.withLock { families in
            // A name that another kind of metric has is told apart: one name has one type.
            var name = kind.name(of: label, unit: unit)
            if let taken = families[name], taken.kind != kind { name += "_" + kind.rawValue }
            if families[name] == nil {
                guard families.count < options.maximumFamilies else { return nil }
                families[name] = MetricFamily(kind: kind, help: options.help[label] ?? label)
            }
            return families[name]?.series(labels, limit: options.maximumSeries, orMake: make)
        }
    }

    func remove(_ handler: AnyObject) {
        families.withLock { families in
            for name in families.keys { families[name]?.remove(handler) }
        }
    }

    func makeHistogram() -> HistogramSeries { HistogramSeries(bounds: options.buckets) }

    func makeDuration() -> HistogramSeries { HistogramSeries(bounds: options.durationBuckets) }
}
