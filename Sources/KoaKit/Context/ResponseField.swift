/// A header field of a response.
struct ResponseField {
    let name: String
    let value: String
    /// Whether it stays on an error reply.
    let survivesError: Bool

    /// Whether this is the field's name, whatever its case.
    func isNamed(_ other: String) -> Bool {
        name.utf8.count == other.utf8.count && (name == other || name.lowercased() == other.lowercased())
    }
}
