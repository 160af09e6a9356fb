import Logging

/// What one request does to its session in the store, and to the cookie.
struct SessionExchange {
    let store: any SessionStore
    let options: Sessions.Options
    /// What the store had when the request came.
    let stored: StoredSession?
    /// Whether the request carried the cookie, of a session or of none.
    let hasCookie: Bool

    /// How often values are stored over those of other requests before the request gives up.
    private static let attempts = 16

    /// Stores what changed; sets or expires the cookie.
    ///
    /// - Throws: ``HTTPError`` 503 when the store cannot answer.
    func finish(_ session: Session, _ context: Context) async throws {
        let changes = try session.encodedChanges()
        switch (session.fate, stored) {
        case (.kept, let stored?) where changes.isEmpty: try await prolong(stored, context)
        case (.kept, let stored?): try await save(changes, over: stored, context)
        case (.renewed, let stored?): try await rename(stored, changes, context)
        case (.ended, _): try await end(changes, context)
        case (_, nil): try await create([:].applying(changes), context)
        }
    }

    private func create(_ values: [String: JSONValue], _ context: Context) async throws {
        guard !values.isEmpty else { return }
        let id = SessionID.random()
        let record = try record(version: 1, values)
        guard try await set(record, id, over: nil) else { throw HTTPError(500, "a session identifier came twice") }
        try setCookie(id.text, context)
    }

    private func save(_ changes: [String: JSONValue?], over stored: StoredSession, _ context: Context) async throws {
        var latest = stored
        for _ in 0..<Self.attempts {
            let record = try record(version: latest.version + 1, latest.values.applying(changes))
            if try await set(record, latest.id, over: latest.version) { return try setCookie(latest.id.text, context) }
            // Another request was faster: its values stay, but for those that changed here.
            guard let current = try await current(latest.id) else {
                return context.logger.debug("session ended before its changes were stored")
            }
            latest = current
        }
        throw HTTPError(503, "too many requests change one session", reason: .sessionStoreUnavailable)
    }

    private func prolong(_ stored: StoredSession, _ context: Context) async throws {
        let isDue = options.isRolling || options.isRenewing && stored.timeToLive < options.timeToLive / 2
        guard isDue else { return }
        let wasThere = try await store.answer {
            try await $0.touch(stored.id.storeKey, timeToLive: options.timeToLive)
        }
        if wasThere { try setCookie(stored.id.text, context) }
    }

    /// The new one is stored first: who was logged in is not logged out by a store that fails between the two.
    private func rename(_ stored: StoredSession, _ changes: [String: JSONValue?], _ context: Context) async throws {
        // One that ended meanwhile does not come back under another name.
        let values = try await current(stored.id)?.values ?? [:]
        try await create(values.applying(changes), context)
        try await store.answer { try await $0.destroy(stored.id.storeKey) }
    }

    private func end(_ changes: [String: JSONValue?], _ context: Context) async throws {
        if let stored { try await store.answer { try await $0.destroy(stored.id.storeKey) } }
        let values = [:].applying(changes)
        if values.isEmpty {
            if hasCookie { try setCookie("", context) }
        } else {
            try await create(values, context)
        }
    }

    private func current(_ id: SessionID) async throws -> StoredSession? {
        guard let (record, timeToLive) = try await store.answer({ try await $0.get(id.storeKey) }),
            timeToLive > .zero
        else { return nil }
        return StoredSession(id, record, timeToLive: timeToLive)
    }

    private func set(_ record: SessionRecord, _ id: SessionID, over version: Int?) async throws -> Bool {
        try await store.answer {
            try await $0.set(record, for: id.storeKey, over: version, timeToLive: options.timeToLive)
        }
    }

    private func record(version: Int, _ values: [String: JSONValue]) throws -> SessionRecord {
        let record = SessionRecord(version: version, values: values)
        guard record.content.utf8.count <= options.maximumSize else {
            throw HTTPError(500, "a session is larger than \(options.maximumSize) bytes")
        }
        return record
    }

    /// An empty identifier expires the cookie.
    private func setCookie(_ identifier: String, _ context: Context) throws {
        guard !context.response.isHeadSent else {
            return context.logger.warning(
                "session cookie not set", metadata: ["session.reason": "the head of the reply has left"])
        }
        var cookie = options.cookie
        cookie.isSigned = cookie.isSigned ?? false
        cookie.maxAge = options.timeToLive
        cookie.overwrites = true
        cookie.survivesError = true
        try context.cookies.set(options.cookieName, identifier, cookie)
    }
}
