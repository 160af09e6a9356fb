public import FoundationEssentials

extension RateLimit {
    /// What happens to a request when the store cannot answer.
    public enum OutagePolicy: Sendable {
        /// It passes, uncounted, and a warning is logged once for the outage: being served matters more than the limit.
        case letPass
        /// It is refused with 503: the limit matters more than being served.
        case refuse
    }

    /// The names of the fields that say how much is left.
    public struct Fields: Sendable {
        /// How the time of the reset is told.
        public enum ResetForm: Sendable {
            /// Seconds since 1970, as Koa's.
            case epochSeconds
            /// Seconds from now.
            case secondsLeft
        }

        /// The field of the limit.
        public var limit: String
        /// The field of the hits left.
        public var remaining: String
        /// The field of the time when there is room again.
        public var reset: String
        /// How that time is told.
        public var resetForm: ResetForm

        /// Creates names.
        ///
        /// - Parameters:
        ///   - limit: The field of the limit.
        ///   - remaining: The field of the hits left.
        ///   - reset: The field of the time when there is room again.
        ///   - resetForm: How that time is told.
        public init(limit: String, remaining: String, reset: String, resetForm: ResetForm) {
            self.limit = limit
            self.remaining = remaining
            self.reset = reset
            self.resetForm = resetForm
        }

        /// `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`, the last in seconds since 1970.
        public static let xRateLimit = Fields(
            limit: "X-RateLimit-Limit", remaining: "X-RateLimit-Remaining", reset: "X-RateLimit-Reset",
            resetForm: .epochSeconds)

        /// `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`, the last in seconds from now.
        ///
        /// The three fields of draft-ietf-httpapi-ratelimit-headers up to its version 06.
        public static let rateLimit = Fields(
            limit: "RateLimit-Limit", remaining: "RateLimit-Remaining", reset: "RateLimit-Reset",
            resetForm: .secondsLeft)
    }

    /// Who may ask how often.
    public struct Options: Sendable {
        /// How many requests pass within a window.
        ///
        /// Default: 2,500.
        public var limit = 2_500
        /// How long a request counts.
        ///
        /// Default: 1 h.
        public var window: Duration = .seconds(3_600)
        /// Who asks; nil for a request that is not counted.
        ///
        /// Default: the client's address, ``Context/ip``. Behind a proxy that needs the application to trust the proxy;
        /// all clients share one limit otherwise.
        public var key: @Sendable (Context) async throws -> String? = { $0.ip }
        /// Keys that are never counted.
        ///
        /// Default: none.
        public var allowedKeys: Set<String> = []
        /// Keys that are always refused, with 403.
        ///
        /// Default: none.
        public var deniedKeys: Set<String> = []
        /// What counts; nil for a ``MemoryRateLimitStore`` of the middleware's own.
        ///
        /// Default: nil.
        public var store: (any RateLimitStore)?
        /// Stands before each key in the store, where several limits share one.
        ///
        /// Default: `limit:`.
        public var prefix = "limit:"
        /// What happens when the store cannot answer.
        ///
        /// Default: the request passes.
        public var outagePolicy = OutagePolicy.letPass
        /// The fields that say how much is left; nil for none.
        ///
        /// Default: ``Fields/xRateLimit``.
        public var fields: Fields? = .xRateLimit
        /// What a refused client is told; nil for a sentence with the seconds to wait.
        ///
        /// Default: nil.
        public var message: String?
        /// The date, for fields that tell one.
        ///
        /// Default: that of the system.
        public var date: @Sendable () -> Date = { Date() }

        /// Creates the defaults.
        public init() {}
    }
}

extension HTTPError.Reason {
    /// The client asks too often.
    public static let rateLimited = Self(rawValue: "rate_limited")
    /// The client is on a list of those that are refused.
    public static let denied = Self(rawValue: "denied")
    /// The store of the rate limit cannot answer.
    public static let rateLimitUnavailable = Self(rawValue: "rate_limit_unavailable")
}
