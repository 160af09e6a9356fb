/// The attributes of a cookie (RFC 6265).
public struct CookieOptions: Sendable {
    /// Whether other sites' requests carry the cookie.
    public enum SameSite: String, Sendable {
        /// Never.
        case strict = "Strict"
        /// When the user follows a link.
        case lax = "Lax"
        /// Always; browsers ask for `secure` then.
        case none = "None"
    }

    /// Which cookies a browser drops first when it has too many.
    public enum Priority: String, Sendable {
        /// First.
        case low = "Low"
        /// Then.
        case medium = "Medium"
        /// Last.
        case high = "High"
    }

    /// How long the client keeps it; nil for as long as it runs.
    ///
    /// Default: nil. Zero or less expires the cookie.
    public var maxAge: Duration?
    /// The paths it is sent to, by their beginning.
    ///
    /// Default: `/`.
    public var path = "/"
    /// The domain whose hosts get it; nil for this host alone.
    ///
    /// Default: nil.
    public var domain: String?
    /// Whether scripts cannot read it.
    ///
    /// Default: true.
    public var isHTTPOnly = true
    /// Whether it is sent over TLS only; true is refused on a request that is not secure.
    ///
    /// Default: nil, which is true outside development, and in development what the request is.
    public var isSecure: Bool?
    /// Whether other sites' requests carry it.
    ///
    /// Default: nil, which is lax outside development, and in development left to the browser.
    public var sameSite: SameSite?
    /// Which cookies a browser drops first.
    ///
    /// Default: nil, left to the browser.
    public var priority: Priority?
    /// Whether a third party's cookie is kept apart for each site.
    ///
    /// Default: false.
    public var isPartitioned = false
    /// Whether it takes the place of cookies of its name that this response has already.
    ///
    /// Default: false.
    public var overwrites = false
    /// Whether a second cookie `name.sig` signs it; true without keys is refused.
    ///
    /// Default: nil, which is true when the application has keys.
    public var isSigned: Bool?
    /// Whether it is sent with an error reply too.
    ///
    /// Default: false.
    public var survivesError = false

    /// Creates the default attributes.
    public init() {}
}
