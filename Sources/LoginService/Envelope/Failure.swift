import FoundationEssentials

/// An outcome that a client is told with a code of the envelope.
///
/// The contract's table is ``Failure/Code``.
struct Failure: Error {
    /// The codes of the contract, with their HTTP status.
    enum Code: Int, CaseIterable {
        case internalFault = 10_000
        case loginFailed = 10_001
        case invalidParameter = 10_002
        case malformedBody = 10_003
        case payloadTooLarge = 10_004
        case unsupportedMediaType = 10_005
        case notFound = 10_006
        case methodNotAllowed = 10_007
        case rateLimited = 10_008
        case banned = 10_009
        case weChatUnavailable = 10_010
        case sessionStoreUnavailable = 10_011
        case userStoreUnavailable = 10_012
        case overloaded = 10_013
        case weChatQuota = 10_014
        case staleSessionKey = 10_015
        case forbidden = 10_016

        /// Whether a login that ends so was refused, which is for the audit log, and did not fail.
        var isRefusal: Bool {
            switch self {
            case .loginFailed, .banned, .rateLimited, .weChatQuota, .forbidden: true
            default: false
            }
        }

        /// Whether the status is real in every mode: what is not a business outcome is never a 200.
        var hasRealStatus: Bool {
            switch self {
            case .loginFailed, .invalidParameter, .banned, .staleSessionKey, .forbidden: false
            default: true
            }
        }
    }

    let code: Code
    /// A stable word that a client can branch on.
    let reason: String
    /// For the client; says nothing of the inside and repeats nothing that was sent.
    let message: String
    /// The HTTP status where the real one is told.
    let status: Int
    /// Whether the status is told in every mode, where its code alone does not ask for that.
    var isStatusReal = false
    /// WeChat's number where WeChat refused.
    var errcode: Int?
    /// Seconds after which a retry makes sense.
    var retryAfter: Int?
    /// The limit that was exceeded, in requests.
    var rateLimit: Int?
    /// `Allow` of a 405.
    var allow: String?
    /// What happened inside, for the log; never sent.
    var underlying: (any Error)?
}

extension Failure {
    static func internalFault(_ underlying: any Error) -> Failure {
        Failure(
            code: .internalFault,
            reason: "internal",
            message: "internal error",
            status: 500,
            underlying: underlying
        )
    }

    /// The token is not a live session.
    static let notLoggedIn = notLoggedIn(.notLoggedIn)

    /// The token is not a live session, for this reason.
    static func notLoggedIn(_ absence: SessionAbsence) -> Failure {
        let message =
            switch absence {
            case .notLoggedIn: "not logged in"
            case .expired: "the session has expired"
            case .replaced: "a later login took the session's place"
            case .kicked: "the session was ended"
            }
        return Failure(code: .loginFailed, reason: absence.rawValue, message: message, status: 401)
    }

    /// Whether it says that a token is not a live session, and nothing else.
    var isAbsence: Bool { code == .loginFailed && SessionAbsence(rawValue: reason) != nil }

    /// The request has to say whose session it asks about.
    static let missingToken = Failure(
        code: .loginFailed, reason: "missing_token", message: "a token is required", status: 401)

    /// The code was answered before: it proves nothing now, or the session that it opened was ended since.
    static let codeUsed = Failure(
        code: .loginFailed,
        reason: "code_used",
        message: "the code was used before: call wx.login again",
        status: 401
    )

    /// The user has as many sessions as may be.
    static let sessionLimit = Failure(
        code: .forbidden,
        reason: "session_limit",
        message: "logged in on too many devices",
        status: 403
    )

    /// A field is missing, of the wrong type, too long, or malformed; the message names it.
    static func invalidParameter(_ message: String) -> Failure {
        Failure(code: .invalidParameter, reason: "invalid_parameter", message: message, status: 400)
    }

    /// The user may not log in for a while, or for ever.
    static func banned(until end: Date) -> Failure {
        let time = end.timeIntervalSinceNow > 100 * 366 * 86_400 ? "" : " until \(end.formatted(.iso8601))"
        return Failure(code: .banned, reason: "banned", message: "this user may not log in\(time)", status: 403)
    }

    /// The phone belongs to another user.
    static let phoneTaken = Failure(
        code: .invalidParameter, reason: "phone_taken", message: "another user has this phone", status: 400)

    /// Open data is not under the key of the user's latest login.
    static let staleSessionKey = Failure(
        code: .staleSessionKey,
        reason: "stale_session_key",
        message: "the data is not under the key of the latest login: call wx.login again",
        status: 409
    )

    /// Authenticated, but not allowed.
    static func forbidden(_ message: String) -> Failure {
        Failure(code: .forbidden, reason: "forbidden", message: message, status: 403)
    }

    /// The user must have proved a while ago who they are.
    static let verificationRequired = Failure(
        code: .forbidden,
        reason: "verification_required",
        message: "call POST /user/verify with a fresh code of wx.login first",
        status: 403
    )

    /// The code is not of the session's user.
    static let otherUser = Failure(
        code: .forbidden, reason: "other_user", message: "the code belongs to another user", status: 403)

    static func sessionStoreUnavailable(_ underlying: any Error) -> Failure {
        Failure(
            code: .sessionStoreUnavailable,
            reason: "session_store_unavailable",
            message: "the session store cannot answer in time",
            status: 503,
            underlying: underlying
        )
    }

    /// Redis answered what a script of ours does not.
    static let unexpectedReply = internalFault(UnexpectedReply())

    static func userStoreUnavailable(_ underlying: any Error) -> Failure {
        Failure(
            code: .userStoreUnavailable,
            reason: "user_store_unavailable",
            message: "the user store cannot answer in time",
            status: 503,
            underlying: underlying
        )
    }
}

/// A reply that does not fit its question.
private struct UnexpectedReply: Error {}
