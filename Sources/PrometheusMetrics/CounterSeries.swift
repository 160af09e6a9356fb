import CoreMetrics
import Synchronization

/// A value that only grows, of whole numbers and fractions.
final class CounterSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
    private let whole = Atomic<Int64>(0)
    private let fractional = AtomicDouble()

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        whole.wrappingAdd(amount, ordering: .relaxed)
    }

    func increment(by amount: Double) {
        guard amount > 0 else { return }
        fractional.add(amount)
    }

    func reset() {
        whole.store(0, ordering: .relaxed)
        fractional.value = 0
    }

    func write(_ name: String, labels: String, to text: inout String) {
        let fraction = fractional.value
        let whole = whole.load(ordering: .relaxed)
        let value = fraction == 0 ? String(whole) : (Double(whole) + fraction).prometheusText
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }
}
