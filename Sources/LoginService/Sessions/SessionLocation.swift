/// Where a session is in Redis.
struct SessionLocation: Sendable, Hashable {
    let group: SessionGroup
    /// Its name in the group, which tells nothing of the token: the `id` that clients see in the list of sessions.
    let reference: String
}

/// Sessions that are listed, limited and ended together: their keys are in one slot of a cluster, so that one script
/// may touch them all.
enum SessionGroup: Sendable, Hashable {
    /// The one session that all devices of a user share in the `md5` style; with its token.
    case shared(token: String)
    /// The sessions of a user in all other styles.
    case user(Int64)

    /// The reference of the only session of a `shared` group; no reference of a token has its form.
    static let sharedReference = "shared"

    var isShared: Bool { if case .shared = self { true } else { false } }
}
