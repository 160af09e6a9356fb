import FoundationEssentials
import Logging
import NIOCore

/// What is kept of one visitor between requests: values by typed key.
///
/// Koa's `ctx.session`. It belongs to one request. Nothing is stored before the middleware downstream of ``Sessions``
/// have finished; what the stream of a body changes afterwards is lost.
public final class Session {
    /// What becomes of the identifier with which the request came.
    enum Fate { case kept, renewed, ended }

    /// What the store holds; nil when it holds nothing.
    private let stored: StoredSession?
    private let logger: Logger
    private var changes: [String: (any Codable & Sendable)?] = [:]
    private(set) var fate = Fate.kept

    init(_ stored: StoredSession?, logger: Logger) {
        self.stored = stored
        self.logger = logger
    }

    /// Whether no session came with the request.
    public var isNew: Bool { stored == nil }

    /// The value of `key`; nil when it was not set, was removed by setting nil, or was stored as another type.
    public subscript<Key: SessionValueKey>(key: Key.Type) -> Key.Value? {
        get {
            if let change = changes[Key.name] { return change as? Key.Value }
            guard fate != .ended, let value = stored?.values[Key.name] else { return nil }
            do {
                return try JSONDecoder().decode(Key.Value.self, from: Data(value.text.utf8))
            } catch {
                logger.debug("session value is of another type", metadata: ["session.value": "\(Key.name)"])
                return nil
            }
        }
        set { changes[Key.name] = .some(newValue) }
    }

    /// Gives the session a new identifier and forgets the old one; its values stay.
    ///
    /// To be called wherever the visitor's rights grow, after login above all: an identifier that someone else planted
    /// before (session fixation) is then worth nothing.
    public func regenerate() {
        if fate == .kept { fate = .renewed }
    }

    /// Ends the session: its values are gone, and so is the cookie.
    ///
    /// Values that are set afterwards start another session, with an identifier of its own.
    public func destroy() {
        fate = .ended
        changes = [:]
    }

    /// What to do to the stored values, nil for those to be removed; without what is stored already.
    ///
    /// - Throws: `EncodingError`, and ``HTTPError`` 500 for JSON that could not be read again.
    func encodedChanges() throws -> [String: JSONValue?] {
        let known = fate == .ended ? [:] : stored?.values ?? [:]
        var encoded: [String: JSONValue?] = [:]
        for (name, change) in changes {
            let value = try change.map(Self.encode)
            if known[name] != value { encoded[name] = .some(value) }
        }
        return encoded
    }

    private static func encode(_ value: any Codable & Sendable) throws -> JSONValue {
        let encoder = JSONEncoder()
        // A value that did not change looks as it did.
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(value)
        do {
            return try JSONValue(parsing: ByteBuffer(bytes: data))
        } catch {
            throw HTTPError(500, "a session value cannot be stored: \(error.message)")
        }
    }
}
