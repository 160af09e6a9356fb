/// The series of one name: they have one type and one description.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram

        /// The name of a metric: letters, digits, underscores and colons, and no digit first.
        func name(of label: String, unit: String?) -> String {
            var name = label.prometheusName(allowing: ":")
            if let unit, !name.hasSuffix("_" + unit) { name += "_" + unit }
            return self == .counter && !name.hasSuffix("_total") ? name + "_total" : name
        }
    }

    let kind: Kind
    let help: String
    private var series: [SeriesLabels: any MetricSeries] = [:]

    init(kind: Kind, help: String) {
        self.kind = kind
        self.help = help
    }

    /// The series with these labels, or the one of all that no longer fit.
    mutating func series<Series: MetricSeries>(
        _ labels: SeriesLabels, limit: Int, orMake make: () -> Series
    ) -> Series? {
        if let known = series[labels] { return known as? Series }
        let labels = series.count >= limit ? labels.overflowed : labels
        if let known = series[labels] { return known as? Series }
        let made = make()
        series[labels] = made
        return made
    }

    mutating func remove(_ handler: AnyObject) {
        series = series.filter { $0.value !== handler }
    }

    func write(_ name: String, to text: inout String) {
        guard !series.isEmpty else { return }
        text += "# HELP \(name) \(help.prometheusEscaped(quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
        for (labels, series) in series.sorted(by: { $0.key.text < $1.key.text }) {
            series.write(name, labels: labels.text, to: &text)
        }
    }
}

/// The values of one name and one set of labels.
protocol MetricSeries: AnyObject, Sendable {
    /// Appends its lines.
    func write(_ name: String, labels: String, to text: inout String)
}
