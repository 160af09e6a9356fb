/// The media ranges of an `Accept` field (RFC 9110, section 12.5.1).
enum MediaRange {
    /// How closely a range names a type or an extension: by type, subtype and parameters; nil when it does not.
    static func fit(_ candidate: String, _ range: AcceptField.Element) -> Int? {
        guard let type = candidate.contains("/") ? candidate : MediaTypes.type(ofExtension: candidate) else {
            return nil
        }
        let actual = MediaTypes.essence(of: type).split(separator: "/", maxSplits: 1)
        let expected = range.value.split(separator: "/", maxSplits: 1)
        guard actual.count == 2, expected.count == 2 else { return nil }
        var closeness = 0
        if expected[0] == actual[0] { closeness += 4 } else if expected[0] != "*" { return nil }
        if expected[1] == actual[1] { closeness += 2 } else if expected[1] != "*" { return nil }
        guard !range.parameters.isEmpty else { return closeness }
        let parameters = MediaParameters(parsing: type)
        let fits = range.parameters.allSatisfy { $0.value == "*" || parameters?[$0.name]?.lowercased() == $0.value }
        return fits ? closeness + 1 : nil
    }
}
