import CoreMetrics
import Synchronization

/// How many values lie at or below each of a few bounds.
final class HistogramSeries: MetricSeries, TimerHandler, RecorderHandler {
    static let maximumBounds = 24

    private let bounds: [Double]
    /// One more than bounds: the last is of the values above all of them.
    private let counts = InlineArray<25, Atomic<Int64>> { _ in Atomic(0) }
    private let sum = AtomicDouble()

    /// - Parameter bounds: In any order; what there is beyond ``maximumBounds`` does not count.
    init(bounds: [Double]) {
        self.bounds = Array(bounds.filter { $0.isFinite }.sorted().prefix(Self.maximumBounds))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard !value.isNaN else { return }
        // Few enough that looking at each in turn is as fast as any search.
        var index = 0
        while index < bounds.count, value > bounds[index] { index += 1 }
        counts[index].wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
    }

    func write(_ name: String, labels: String, to text: inout String) {
        let prefix = labels.isEmpty ? "" : labels + ","
        var total: Int64 = 0
        for index in 0...bounds.count {
            total += counts[index].load(ordering: .relaxed)
            let bound = index < bounds.count ? bounds[index].prometheusText : "+Inf"
            text += "\(name)_bucket{\(prefix)le=\"\(bound)\"} \(total)\n"
        }
        let braced = labels.isEmpty ? "" : "{\(labels)}"
        text += "\(name)_sum\(braced) \(sum.value.prometheusText)\n\(name)_count\(braced) \(total)\n"
    }
}
