import WeChatAPI

/// What a live token stands for; the value that nodes share through Redis.
struct Session: Sendable, Hashable {
    let owner: SessionOwner
    /// Nil for a session that another system, or an older version, wrote.
    let times: Times?

    var openID: OpenID { owner.openID }
    var userID: Int64 { owner.userID }

    /// What the login wrote beside the user; all times are milliseconds since 1970 by Redis's clock.
    struct Times: Sendable, Hashable {
        let createdAt: Int64
        /// When it ends whatever its user does.
        let expiresAt: Int64
        /// When a node last noted that it was used.
        let lastSeenAt: Int64
        /// When the user's sessions had last been ended together, in microseconds: 0 for never.
        let generation: Int64
    }

    init(owner: SessionOwner, times: Times? = nil) {
        self.owner = owner
        self.times = times
    }
}
