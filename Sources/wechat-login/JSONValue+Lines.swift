import KoaKit

extension JSONValue {
    /// The members of an object, each on a line; those without a value left out.
    var lines: String {
        guard case .object(let members) = self else { return text }
        return members.filter { $0.value != .null }.map { member in
            let name = member.name + String(repeating: " ", count: max(0, 13 - member.name.count))
            return name + (member.value.stringValue ?? member.value.text)
        }.joined(separator: "\n")
    }

    /// How many sessions ended.
    var ended: Int64 { self["ended"]?.integerValue ?? 0 }
}
