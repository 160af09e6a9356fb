import Dispatch
import Metrics
import Testing

@testable import PrometheusMetrics

@Suite struct SeriesTests {
    @Test func `metrics of one name and one set of labels are the same one`() {
        let registry = PrometheusRegistry()
        for _ in 0..<3 { Counter(label: "a.b", dimensions: [("x", "1")], factory: registry).increment() }
        #expect(registry.text().contains("a_b_total{x=\"1\"} 3\n"))
    }

    @Test func `beyond the bound, combinations of labels are recorded together`() {
        var options = PrometheusRegistry.Options()
        options.maximumSeries = 2
        let registry = PrometheusRegistry(options)
        for user in 1...100 { Counter(label: "seen", dimensions: [("user", "\(user)")], factory: registry).increment() }
        let samples = registry.text().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            samples == [
                #"seen_total{user="1"} 1"#, #"seen_total{user="2"} 1"#, #"seen_total{user="overflow"} 98"#,
            ])
    }

    @Test func `beyond the bound, names record nothing`() {
        var options = PrometheusRegistry.Options()
        options.maximumFamilies = 2
        let registry = PrometheusRegistry(options)
        for name in ["a", "b", "c"] { Meter(label: name, factory: registry).set(1) }
        Recorder(label: "d", factory: registry).record(1)
        Timer(label: "e", factory: registry).recordSeconds(1)
        #expect(registry.text().split(separator: "\n").filter { !$0.hasPrefix("#") } == ["a 1", "b 1"])
    }

    @Test func `a name that two kinds of metrics want has one type`() {
        let registry = PrometheusRegistry()
        Meter(label: "size", factory: registry).set(4)
        Recorder(label: "size", factory: registry).record(4)
        let text = registry.text()
        #expect(text.contains("# TYPE size gauge\nsize 4\n"))
        #expect(text.contains("# TYPE size_histogram histogram\n"))
    }

    @Test func `a metric that is destroyed is gone`() {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "a", dimensions: [("x", "1")], factory: registry)
        counter.increment()
        let timer = Timer(label: "b", factory: registry)
        timer.recordSeconds(1)
        let meter = Meter(label: "c", factory: registry)
        meter.set(1)
        counter.destroy()
        timer.destroy()
        #expect(registry.text() == "# HELP c c\n# TYPE c gauge\nc 1\n")
        meter.destroy()
        #expect(registry.text() == "")
    }

    @Test func `nothing is lost between threads`() {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "n", factory: registry)
        let timer = Timer(label: "t", factory: registry)
        let meter = Meter(label: "m", factory: registry)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for _ in 0..<5_000 {
                counter.increment()
                timer.recordNanoseconds(500_000_000)
                meter.increment(by: 0.5)
                if thread == 0 { _ = Counter(label: "made", dimensions: [("x", "y")], factory: registry) }
            }
        }
        let text = registry.text()
        #expect(text.contains("\nn_total 40000\n"))
        #expect(text.contains("\nt_seconds_count 40000\n"))
        #expect(text.contains("\nt_seconds_sum 20000\n"))
        #expect(text.contains("\nm 20000\n"))
    }

    @Test func `buckets may come in any order, and there are no more than fit`() {
        var options = PrometheusRegistry.Options()
        options.buckets = Array(stride(from: 100.0, through: 1, by: -1)) + [.infinity]
        let registry = PrometheusRegistry(options)
        Recorder(label: "r", factory: registry).record(99)
        let buckets = registry.text().split(separator: "\n").filter { $0.hasPrefix("r_bucket") }
        #expect(buckets.count == 25)
        #expect(buckets.first == "r_bucket{le=\"1\"} 0")
        #expect(buckets.last == "r_bucket{le=\"+Inf\"} 1")
    }
}
