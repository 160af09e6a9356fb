/// Where ``Sessions`` keeps what sessions hold: memory, Redis, a database.
///
/// A key is 43 base64url characters, a digest of the identifier in the cookie, which a store never sees.
///
/// An error of a method ends the request with 503, whatever it was, and stands in the log; an ``HTTPError`` and a
/// cancellation pass as they are. A store that cannot answer throws: no record means that the session is over.
///
/// Where several nodes share a store, ``set(_:for:over:timeToLive:)`` compares and stores in one step there, in Redis by
/// a script; that is what keeps two requests of one session from undoing each other's changes.
public protocol SessionStore: Sendable {
    /// Reads a record.
    ///
    /// - Parameter key: Of the session.
    /// - Returns: The record and how long it has to live; zero or less counts as expired, nil as never stored.
    /// - Throws: When the store cannot answer.
    func get(_ key: String) async throws -> (record: SessionRecord, timeToLive: Duration)?

    /// Stores a record if the one it takes the place of is still there.
    ///
    /// - Parameters:
    ///   - record: What to store.
    ///   - key: Of the session.
    ///   - version: What the stored record's version must be; nil when there must be none.
    ///   - timeToLive: How long from now the record is kept; more than zero.
    /// - Returns: Whether it was stored.
    /// - Throws: When the store cannot answer.
    func set(
        _ record: SessionRecord,
        for key: String,
        over version: Int?,
        timeToLive: Duration
    ) async throws -> Bool

    /// Gives a record a new time to live.
    ///
    /// - Parameters:
    ///   - key: Of the session.
    ///   - timeToLive: How long from now the record is kept; more than zero.
    /// - Returns: Whether there was a record.
    /// - Throws: When the store cannot answer.
    func touch(_ key: String, timeToLive: Duration) async throws -> Bool

    /// Removes a record, if there is one.
    ///
    /// - Parameter key: Of the session.
    /// - Throws: When the store cannot answer.
    func destroy(_ key: String) async throws
}

/// What a store keeps for a session.
public struct SessionRecord: Sendable, Hashable, Codable {
    /// Counts the changes of the session, from 1.
    public var version: Int
    /// The values by name, as a JSON object.
    public var content: String

    /// Creates a record.
    public init(version: Int, content: String) {
        self.version = version
        self.content = content
    }
}
