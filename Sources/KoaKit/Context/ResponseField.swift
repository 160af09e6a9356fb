/// A header field of a response.
struct ResponseField {
    let name: String
    let value: String
    /// Whether it stays on an error reply.
    let survivesError: Bool

    /// Traps unless the name is a token (RFC 9110, section 5.6.2): one that came from outside could add fields.
    init(name: String, value: String, survivesError: Bool) {
        precondition(name.isToken, "a field name is a token")
        self.name = name
        self.value = value
        self.survivesError = survivesError
    }

    /// Whether this is the field's name, whatever its case.
    func isNamed(_ other: String) -> Bool {
        name.isField(sameAs: other)
    }
}
