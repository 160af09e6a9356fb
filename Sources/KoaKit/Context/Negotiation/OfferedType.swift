/// A media type that a server offers, as the media ranges of an `Accept` field name it (RFC 9110, section 12.5.1).
///
/// Read once, however many ranges a client sends.
struct OfferedType {
    /// As the program wrote it: a media type or an extension.
    let written: String
    private let type: Substring
    private let subtype: Substring
    private let parameters: MediaParameters?

    /// Nil for an unknown extension.
    init?(_ written: String) {
        guard let full = written.contains("/") ? written : MediaTypes.type(ofExtension: written) else { return nil }
        let halves = MediaTypes.essence(of: full).split(separator: "/", maxSplits: 1)
        guard halves.count == 2 else { return nil }
        self.written = written
        (type, subtype) = (halves[0], halves[1])
        parameters = MediaParameters(parsing: full)
    }

    /// How closely a range names it: by type, subtype and parameters; nil when it does not.
    static func fit(_ offered: OfferedType, _ range: AcceptField.Element) -> Int? {
        guard let slash = range.value.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let (type, subtype) = (range.value[..<slash], range.value[slash...].dropFirst())
        var closeness = 0
        if type == offered.type { closeness += 4 } else if type != "*" { return nil }
        if subtype == offered.subtype { closeness += 2 } else if subtype != "*" { return nil }
        guard !range.parameters.isEmpty else { return closeness }
        let fits = range.parameters.allSatisfy { name, value in
            value == "*" || offered.parameters?[name]?.lowercased() == value
        }
        return fits ? closeness + 1 : nil
    }
}
