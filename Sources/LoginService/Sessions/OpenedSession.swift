/// What a login brought about.
struct OpenedSession: Sendable, Equatable {
    /// The `id` of the session.
    let id: String
    /// The session of the token that the login came with, if it had one.
    var presented: String?
    /// Sessions of the same device, whose place it took.
    var replaced: [String] = []
    /// Sessions that gave way to the limit.
    var evicted: [String] = []
}
