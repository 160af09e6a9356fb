public import FoundationEssentials
public import KoaKit

extension JWTCheck {
    /// Where a token is looked for and what it must claim.
    public struct Options: Sendable {
        /// Finds the token first of all, such as in a query parameter; nil when the request has none there.
        ///
        /// Default: nil, looks nowhere else.
        public var token: (@Sendable (Context) -> String?)?
        /// The cookie that may hold the token, before `Authorization: Bearer` is asked.
        ///
        /// Default: nil, no cookie. Where there is one, the application has to be safe from cross-site requests.
        public var cookieName: String?
        /// Who may have issued the token: `iss` must be one of them.
        ///
        /// Default: none, `iss` is not looked at.
        public var issuers: Set<String> = []
        /// Who we are: `aud` must name one of them.
        ///
        /// Default: none, and then a token that has an `aud` is for someone else (RFC 7519, section 4.1.3).
        public var audiences: Set<String> = []
        /// What `typ` of the header must be, such as `at+jwt` (RFC 9068), so that a token of another kind is refused.
        ///
        /// Default: nil, `typ` is not looked at.
        public var type: String?
        /// Whether a token without `exp` is refused.
        ///
        /// Default: true.
        public var requiresExpiration = true
        /// How far the issuer's clock may be off, for `exp` and `nbf`.
        ///
        /// Default: zero.
        public var leeway: Duration = .zero
        /// Whether a token that is good otherwise was revoked.
        ///
        /// An error that it throws, such as an outage, is thrown on: the request does not get in.
        ///
        /// Default: nil, tokens cannot be revoked.
        public var isRevoked: (@Sendable (_ claims: Claims, _ token: String) async throws -> Bool)?
        /// Whether a request without a good token goes on, without claims and with ``JWTFailure``.
        ///
        /// Default: false.
        public var passesThrough = false
        /// The `realm` of the challenge: visible ASCII without quotes and backslashes, anything else traps.
        ///
        /// Default: nil, none.
        public var realm: String? {
            didSet {
                let isPlain = realm?.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
                precondition(isPlain ?? true, "a realm is visible ASCII without quotes and backslashes")
            }
        }
        /// Tells the time.
        ///
        /// Default: the clock of this machine.
        public var now: @Sendable () -> Date = { Date() }

        /// Creates the default options.
        public init() {}
    }
}
