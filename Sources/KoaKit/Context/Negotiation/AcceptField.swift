/// An `Accept…` field: what the client takes, each with a quality from 0 to 1 (RFC 9110, section 12.4.2).
struct AcceptField {
    struct Element {
        /// In lower case, without parameters.
        let value: String
        /// Parameters other than the quality, those of a media range.
        let parameters: [(name: String, value: String)]
        let quality: Double
    }

    private(set) var elements: [Element]

    /// Reads the lines of a field; elements without a sound quality are left out.
    init(_ lines: [String]) {
        elements = lines.flatMap { Self.split($0[...], at: ",") }.compactMap(Self.element)
    }

    private static func element(_ text: Substring) -> Element? {
        let parts = split(text, at: ";")
        guard let value = parts.first else { return nil }
        var quality = 1.0
        var parameters: [(name: String, value: String)] = []
        for part in parts.dropFirst() {
            let halves = part.split(separator: "=", maxSplits: 1).map(FieldList.trimmed)
            guard halves.count == 2 else { continue }
            if halves[0].lowercased() == "q" {
                guard let number = Double(halves[1]), (0...1).contains(number) else { return nil }
                quality = number
            } else {
                let plain = halves[1].hasPrefix("\"") ? halves[1].dropFirst().dropLast() : halves[1]
                parameters.append((halves[0].lowercased(), plain.lowercased()))
            }
        }
        return Element(value: value.lowercased(), parameters: parameters, quality: quality)
    }

    /// Splits where the separator does not stand in a quoted string; empty parts are left out.
    private static func split(_ text: Substring, at separator: Character) -> [Substring] {
        var isQuoted = false
        var isEscaped = false
        return text.split { character in
            defer { isEscaped = isQuoted && character == "\\" && !isEscaped }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            return character == separator && !isQuoted
        }.map(FieldList.trimmed).filter { !$0.isEmpty }
    }

    /// Adds an element that the client did not name, of the least quality.
    mutating func addLeast(_ value: String) {
        let quality = elements.map(\.quality).filter { $0 > 0 }.min() ?? 1
        elements.append(Element(value: value, parameters: [], quality: quality))
    }

    /// What the client takes, the best first.
    var values: [String] {
        elements.enumerated().filter { $0.element.quality > 0 }.sorted {
            ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset)
        }.map(\.element.value)
    }

    /// The candidate that the client likes best; the first of those it likes alike, nil when it takes none.
    ///
    /// `fit` says how closely an element names a candidate; the closest decides on its quality.
    func best<Candidate>(of candidates: [Candidate], fit: (Candidate, Element) -> Int?) -> Candidate? {
        var best: (candidate: Candidate, rank: (Double, Int, Int))?
        for candidate in candidates {
            var closest: (fit: Int, offset: Int)?
            for (offset, element) in elements.enumerated() {
                guard let closeness = fit(candidate, element), closeness > closest?.fit ?? -1 else { continue }
                closest = (closeness, offset)
            }
            guard let closest, elements[closest.offset].quality > 0 else { continue }
            let rank = (elements[closest.offset].quality, closest.fit, -closest.offset)
            if best.map({ $0.rank < rank }) ?? true { best = (candidate, rank) }
        }
        return best?.candidate
    }
}
