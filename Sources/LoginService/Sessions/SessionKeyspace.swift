/// Names the keys of sessions in Redis.
///
///     session:e5200cdedbe8103c94e33e2020add1d4            the session of a token in the md5 style, for other systems too
///     {session:e5200cdedbe8103c94e33e2020add1d4}:index    what belongs to it, in the same slot of a cluster
///     session:{42}pDVs41oVRK7LPAbWvRHdNW4wYNs             a session of user 42 in another style, by its reference
///     {42}:session:index                                  what belongs to the sessions of user 42, in the same slot
///
/// The index is a sorted set of references by the time at which each session ends at the latest; `generation` holds
/// when all sessions were last ended together, in microseconds; `ended:<reference>` says for a while how one ended, and
/// `verified:<reference>` that the user of one proved again who they are.
/// They begin with a brace and not with the prefix, so that a near cache hears nothing of them.
struct SessionKeyspace: Sendable {
    let prefix: String
    let secretKeys: SecretKeys
    /// A hash tag in the prefix, which puts all sessions into one slot.
    private let prefixTag: String?

    init(prefix: String, secretKeys: SecretKeys) {
        self.prefix = prefix
        self.secretKeys = secretKeys
        prefixTag = Self.tag(in: prefix)
    }

    /// Whether a prefix keeps the keys of a group in one slot: it may hold one pair of braces with something in it.
    static func accepts(prefix: String) -> Bool {
        !prefix.contains { $0 == "{" || $0 == "}" } || tag(in: prefix) != nil
    }

    private static func tag(in prefix: String) -> String? {
        guard let match = prefix.wholeMatch(of: /[^{}]*\{([^{}]+)\}[^{}]*/) else { return nil }
        return String(match.1)
    }

    /// How many locations a token may have: one for each secret key that may have made it.
    func locationCount(of token: SessionToken) -> Int {
        switch token {
        case .md5: 1
        case .opaque: secretKeys.all.count
        // It names its key itself; where it says that it is over, there is nothing to look for.
        case .jwt(let token): token.isExpired ? 0 : 1
        }
    }

    /// A location that a token may have; nil when the secret key of this number did not make it.
    func location(of token: SessionToken, _ number: Int) -> SessionLocation? {
        switch token {
        case .md5(let text):
            return SessionLocation(group: .shared(token: text), reference: SessionGroup.sharedReference)
        case .opaque(let token):
            guard let opened = token.opened(with: secretKeys.all[number]) else { return nil }
            return SessionLocation(group: .user(opened.userID), reference: opened.reference)
        case .jwt(let token):
            return SessionLocation(group: .user(token.userID), reference: token.reference)
        }
    }

    /// All locations that a token may have.
    func locations(of token: SessionToken) -> [SessionLocation] {
        (0..<locationCount(of: token)).compactMap { location(of: token, $0) }
    }

    /// The groups in which a user has sessions.
    func groups(of owner: SessionOwner) -> [SessionGroup] {
        [.user(owner.userID), .shared(token: SessionToken.md5(of: owner.openID).rawValue)]
    }

    /// The key of a session.
    func key(_ location: SessionLocation) -> String {
        switch location.group {
        case .shared: stem(location.group)
        case .user: stem(location.group) + location.reference
        }
    }

    /// What the keys of a group's sessions begin with; for a `shared` group, the whole key.
    func stem(_ group: SessionGroup) -> String {
        switch group {
        case .shared(let token): prefix + token
        case .user(let id): "\(prefix){\(id)}"
        }
    }

    /// The key of the references of a group's sessions.
    func index(_ group: SessionGroup) -> String { base(group) + "index" }

    /// The key of the time at which all sessions of a group were last ended together.
    func generation(_ group: SessionGroup) -> String { base(group) + "generation" }

    /// What the keys begin with that say how a session of a group ended.
    func endings(_ group: SessionGroup) -> String { base(group) + "ended:" }

    /// The key that says that the user of a session proved a while ago who they are.
    func verification(_ location: SessionLocation) -> String {
        base(location.group) + "verified:" + location.reference
    }

    private func base(_ group: SessionGroup) -> String {
        if let prefixTag { return "{\(prefixTag)}:\(stem(group)):" }
        return switch group {
        case .shared: "{\(stem(group))}:"
        case .user(let id): "{\(id)}:\(prefix)"
        }
    }
}
