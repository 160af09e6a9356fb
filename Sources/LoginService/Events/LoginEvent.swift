public import FoundationEssentials

/// Something that happened to a login, a session or a user, without a secret in it.
public struct LoginEvent: Hashable, Sendable {
    /// What happened; the raw value is the `event` of the audit line.
    public enum Kind: String, CaseIterable, Sendable {
        /// A session was opened.
        case login
        /// A login was refused; ``LoginEvent/reason`` is that of the reply.
        case loginRefused = "login_refused"
        /// Its user ended a session.
        case logout
        /// A session was ended from elsewhere: by its user on another device, or by an operator.
        case kicked
        /// A login took a session's place: of the same device, or of the token that the login came with.
        case replaced
        /// A session gave way, since its user had as many as may be.
        case limited
        /// A user was banned, which ended the sessions too.
        case banned
        /// A ban was lifted.
        case unbanned
        /// The user of a session proved again who they are.
        case verified
        /// The code of such a proof was refused.
        case verificationRefused = "verification_refused"
        /// A phone was bound to a user.
        case phoneBound = "phone_bound"
    }

    /// What happened.
    public let kind: Kind
    /// When, by this node's clock.
    public let date: Date
    /// Whose login or session it is; nil where nobody knows, as for a code that WeChat refused.
    public var userID: Int64?
    /// The session's `id`, as lists of sessions name it; nil where several are meant, or none.
    public var sessionID: String?
    /// How many sessions ended; nil where one is meant, or none.
    public var sessionCount: Int?
    /// The AppID of the mini program; nil where it does not matter.
    public var appID: String?
    /// A stable word for why.
    public var reason: String?
    /// The address of the client that asked for it; nil for a command.
    public var clientAddress: String?
    /// The `X-Request-Id` of the request that asked for it; nil for a command.
    public var requestID: String?

    init(
        _ kind: Kind, userID: Int64? = nil, sessionID: String? = nil, sessionCount: Int? = nil, appID: String? = nil,
        reason: String? = nil
    ) {
        self.kind = kind
        self.userID = userID
        self.sessionID = sessionID
        self.sessionCount = sessionCount
        self.appID = appID
        self.reason = reason
        date = Date()
    }
}
