/// The labels of a series as they stand between the braces: `method="GET",status="200"`.
struct SeriesLabels: Hashable, Sendable {
    let text: String
    private let names: [String]

    /// - Parameter dimensions: Of several whose names are the same to Prometheus, the first counts.
    init(_ dimensions: [(String, String)]) {
        var names: [String] = []
        var pairs: [String] = []
        for (name, value) in dimensions.map({ (Self.name($0.0), $0.1) }) where !names.contains(name) {
            names.append(name)
            pairs.append("\(name)=\"\(value.prometheusEscaped(quotes: true))\"")
        }
        self.names = names
        text = pairs.joined(separator: ",")
    }

    /// The labels of those that found no room.
    var overflowed: SeriesLabels { SeriesLabels(names.map { ($0, "overflow") }) }

    /// Two leading underscores are Prometheus' own, and `le` is that of histograms.
    private static func name(_ text: String) -> String {
        let name = text.prometheusName(allowing: "")
        if name.hasPrefix("__") { return "_" + name.drop { $0 == "_" } }
        return name == "le" ? "le_" : name
    }
}

extension String {
    /// The text with an underscore for each character that a name may not have.
    func prometheusName(allowing others: String) -> String {
        let name = String(
            unicodeScalars.map { scalar -> Character in
                let isNamed =
                    scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_")
                return isNamed || others.unicodeScalars.contains(scalar) ? Character(scalar) : "_"
            })
        return name.first.map { $0.isNumber } ?? true ? "_" + name : name
    }

    /// The text on one line, and within quotes.
    func prometheusEscaped(quotes: Bool) -> String {
        var escaped = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension Double {
    /// A number as the format has it.
    var prometheusText: String {
        if let whole = Int64(exactly: self) { return String(whole) }
        if isNaN { return "NaN" }
        return isInfinite ? (self < 0 ? "-Inf" : "+Inf") : description
    }
}
