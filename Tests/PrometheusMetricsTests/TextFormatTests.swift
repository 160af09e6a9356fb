import Metrics
import Testing

@testable import PrometheusMetrics

@Suite struct TextFormatTests {
    private let registry = PrometheusRegistry()

    @Test func `a counter has HELP, TYPE and the suffix total`() {
        Counter(label: "http.server.requests", dimensions: [("http.route", "/user/:id")], factory: registry)
            .increment(by: 3)
        #expect(
            registry.text() == """
                # HELP http_server_requests_total http.server.requests
                # TYPE http_server_requests_total counter
                http_server_requests_total{http_route="/user/:id"} 3

                """)
    }

    @Test func `fractions and whole numbers of one counter add up`() {
        Counter(label: "spent", factory: registry).increment(by: 2)
        FloatingPointCounter(label: "spent", factory: registry).increment(by: 0.25)
        #expect(registry.text().contains("\nspent_total 2.25\n"))
    }

    @Test func `a counter never falls, and starts anew when it is reset`() {
        let counter = Counter(label: "logins", factory: registry)
        counter.increment(by: 5)
        counter.increment(by: -2)
        #expect(registry.text().contains("\nlogins_total 5\n"))
        counter.reset()
        #expect(registry.text().contains("\nlogins_total 0\n"))
    }

    @Test func `meters, gauges and recorders that do not aggregate are gauges`() {
        let meter = Meter(label: "connections", factory: registry)
        meter.set(7)
        meter.decrement()
        meter.increment(by: 0.5)
        Gauge(label: "temperature", factory: registry).record(-1.5)
        let text = registry.text()
        #expect(text.contains("# TYPE connections gauge\nconnections 6.5\n"))
        #expect(text.contains("# TYPE temperature gauge\ntemperature -1.5\n"))
    }

    @Test func `a timer is a histogram of seconds whose buckets add up`() {
        var options = PrometheusRegistry.Options()
        options.durationBuckets = [0.01, 0.1]
        let registry = PrometheusRegistry(options)
        let timer = Timer(label: "took", dimensions: [("op", "GET")], factory: registry)
        for milliseconds in [5, 10, 11, 2_000] { timer.recordMilliseconds(milliseconds) }
        #expect(
            registry.text() == """
                # HELP took_seconds took
                # TYPE took_seconds histogram
                took_seconds_bucket{op="GET",le="0.01"} 2
                took_seconds_bucket{op="GET",le="0.1"} 3
                took_seconds_bucket{op="GET",le="+Inf"} 4
                took_seconds_sum{op="GET"} 2.026
                took_seconds_count{op="GET"} 4

                """)
    }

    @Test func `a recorder that aggregates is a histogram`() {
        Recorder(label: "size", factory: registry).record(17)
        let text = registry.text()
        #expect(text.contains("\nsize_bucket{le=\"16\"} 0\nsize_bucket{le=\"64\"} 1\n"))
        #expect(text.hasSuffix("\nsize_sum 17\nsize_count 1\n"))
    }

    @Test func `values and descriptions are escaped`() {
        var options = PrometheusRegistry.Options()
        options.help["odd"] = "a \\ and a \"quote\"\nand a line"
        let registry = PrometheusRegistry(options)
        Counter(label: "odd", dimensions: [("path", "C:\\a \"b\"\nc 名")], factory: registry).increment()
        #expect(
            registry.text() == #"""
                # HELP odd_total a \\ and a "quote"\nand a line
                # TYPE odd_total counter
                odd_total{path="C:\\a \"b\"\nc 名"} 1

                """#)
    }

    @Test(arguments: [
        ("a.b-c/d", "a_b_c_d_total"), ("9lives", "_9lives_total"), ("", "__total"), ("né", "n__total"),
        ("seen_total", "seen_total"), ("ns:x", "ns:x_total"),
    ])
    func `names have the characters that a name may have`(label: String, name: String) {
        Counter(label: label, factory: registry).increment()
        #expect(registry.text().contains("\n\(name) 1\n"), "\(registry.text())")
    }

    @Test func `labels that are Prometheus' own are renamed, and of equal ones the first counts`() {
        Counter(
            label: "x", dimensions: [("le", "1"), ("__name__", "y"), ("a.b", "2"), ("a-b", "3")], factory: registry
        )
        .increment()
        #expect(registry.text().contains(#"x_total{le_="1",_name__="y",a_b="2"} 1"#), "\(registry.text())")
    }

    @Test func `names and labels come in order`() {
        for name in ["b", "a"] {
            for value in ["2", "1"] { Counter(label: name, dimensions: [("n", value)], factory: registry).increment() }
        }
        let samples = registry.text().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            samples.map { $0.prefix { $0 != " " } } == [
                #"a_total{n="1"}"#, #"a_total{n="2"}"#, #"b_total{n="1"}"#, #"b_total{n="2"}"#,
            ])
    }

    @Test func `numbers that are none have their words`() {
        for (name, value) in [("a", Double.nan), ("b", .infinity), ("c", -.infinity)] {
            Gauge(label: name, factory: registry).record(value)
        }
        let samples = registry.text().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(samples == ["a NaN", "b +Inf", "c -Inf"])
    }
}
