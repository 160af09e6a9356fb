extension WeChatError {
    /// What went wrong, in terms of what the caller can do about it.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Base: String {
            case invalidCode, codeUsed, userBlocked, busy, quotaExceeded, misconfigured, unauthorized, refused
            case invalidAccessToken, noAccessToken, staleSessionKey
            case unreachable, timeout, malformedReply, cancelled, shutdown
        }

        private let base: Base

        // The code in its name is the login code.
        // swift-format-ignore: DontRepeatTypeInStaticProperties
        /// The code is malformed, expired, or of another mini program, user or kind (40029): ask the client for a fresh
        /// one.
        public static let invalidCode = Code(base: .invalidCode)

        /// The code was used before (40163): ask the client for a fresh one.
        public static let codeUsed = Code(base: .codeUsed)

        /// WeChat takes the user for a high risk (40226): refuse the login, and do not retry.
        public static let userBlocked = Code(base: .userBlocked)

        /// WeChat is busy (-1).
        public static let busy = Code(base: .busy)

        /// A daily or per-minute quota is used up (45009, 45011): retry later.
        public static let quotaExceeded = Code(base: .quotaExceeded)

        /// WeChat does not accept the app ID, the secret, this address, or the request.
        ///
        /// 40002, 40013, 40125, 40164, 40243, 41002, 41004 and 89503: for the operator, not for the client.
        public static let misconfigured = Code(base: .misconfigured)

        /// The mini program may not make this call, or not for this user (48001, 50002, 61003).
        public static let unauthorized = Code(base: .unauthorized)

        /// WeChat does not take the access token, any more or yet (40001, 40014, 42001): call with a new one.
        public static let invalidAccessToken = Code(base: .invalidAccessToken)

        /// The source of access tokens has none: ``WeChatError/underlying`` says why.
        public static let noAccessToken = Code(base: .noAccessToken)

        /// The session key is not the user's present one (87009): ask the client for a new `wx.login`.
        public static let staleSessionKey = Code(base: .staleSessionKey)

        /// WeChat refused with a number that has no meaning here; see ``WeChatError/errcode``.
        public static let refused = Code(base: .refused)

        /// No connection, or one that broke before an answer: refused, reset, name look-up, TLS.
        public static let unreachable = Code(base: .unreachable)

        /// No whole answer within the configured time.
        public static let timeout = Code(base: .timeout)

        /// The answer is not one WeChat would give: not a 2xx status, not JSON, truncated, too large, or incomplete.
        public static let malformedReply = Code(base: .malformedReply)

        /// The calling task was cancelled.
        public static let cancelled = Code(base: .cancelled)

        /// The client was shut down before or during the call.
        public static let shutdown = Code(base: .shutdown)

        private init(base: Base) {
            self.base = base
        }

        /// The meaning of one of WeChat's numbers.
        ///
        /// - Parameter errcode: As in the return codes of WeChat's server API; not 0.
        public init(errcode: Int) {
            self =
                switch errcode {
                case -1: .busy
                case 40_029: .invalidCode
                case 40_163: .codeUsed
                case 40_226: .userBlocked
                case 45_009, 45_011: .quotaExceeded
                case 40_002, 40_013, 40_125, 40_164, 40_243, 41_002, 41_004, 89_503: .misconfigured
                case 40_001, 40_014, 42_001: .invalidAccessToken
                case 48_001, 50_002, 61_003: .unauthorized
                case 87_009: .staleSessionKey
                default: .refused
                }
        }

        /// The name of the code.
        public var description: String { base.rawValue }
    }
}
