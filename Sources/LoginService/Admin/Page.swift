import KoaKit

/// Which part of a list is asked for: `?limit=50&offset=100`.
struct Page: Sendable {
    static let defaultLimit = 50
    static let maximumLimit = 200

    let limit: Int
    let offset: Int

    /// - Throws: ``Failure`` 10002 that names the field.
    init(_ query: Query) throws(Failure) {
        limit = try Self.number("limit", query, in: 1...Self.maximumLimit) ?? Self.defaultLimit
        offset = try Self.number("offset", query, in: 0...1_000_000) ?? 0
    }

    private static func number(_ name: String, _ query: Query, in range: ClosedRange<Int>) throws(Failure) -> Int? {
        guard let text = query[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .invalidParameter("\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The part, and how many there are in all.
    func json(_ elements: [JSONValue], as name: String) -> JSONValue {
        .object([
            JSONMember(name, .array(Array(elements.dropFirst(offset).prefix(limit)))),
            JSONMember("total", .integer(Int64(elements.count))),
        ])
    }
}
