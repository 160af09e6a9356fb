extension Sessions {
    /// How sessions live and what their cookie looks like.
    public struct Options: Sendable {
        /// The name of the cookie.
        ///
        /// Default: `koa.sess`. With the prefix `__Host-`, browsers take it from this host over TLS only.
        public var cookieName = "koa.sess"
        /// The attributes of the cookie, but for its age, which is ``timeToLive``.
        ///
        /// Default: hidden from scripts, `SameSite=Lax`, secure outside development; in development, when the request
        /// is. Not signed: an identifier of 256 random bits needs no signature.
        public var cookie: CookieOptions
        /// How long a session lasts after its last change.
        ///
        /// Default: 1 day.
        public var timeToLive: Duration = .seconds(86_400)
        /// Whether every request makes the session last ``timeToLive`` from then.
        ///
        /// Default: false. Each request then writes to the store.
        public var isRolling = false
        /// Whether a request makes a session that is past half of its ``timeToLive`` last anew.
        ///
        /// Default: false.
        public var isRenewing = false
        /// How large the values of a session may be together, as JSON in bytes; more is a 500.
        ///
        /// Default: 64 KiB.
        public var maximumSize = 65_536

        /// Creates the default options.
        public init() {
            cookie = CookieOptions()
            cookie.sameSite = .lax
            cookie.isSigned = false
        }
    }
}
