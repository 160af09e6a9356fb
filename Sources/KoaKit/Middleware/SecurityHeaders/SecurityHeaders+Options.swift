extension SecurityHeaders {
    /// The value of each field; nil leaves the field out.
    public struct Options: Sendable {
        /// `Content-Security-Policy`: what a page may load and from where.
        ///
        /// Default: the site itself, fonts and styles also by `https:`, images also from `data:`, no plug-ins, no inline
        /// script.
        public var contentSecurityPolicy: String? = """
            default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';frame-ancestors 'self';\
            img-src 'self' data:;object-src 'none';script-src 'self';script-src-attr 'none';\
            style-src 'self' https: 'unsafe-inline';upgrade-insecure-requests
            """
        /// Whether the policy is only reported on, by `Content-Security-Policy-Report-Only`.
        ///
        /// Default: false.
        public var onlyReportsContentSecurity = false
        /// `Cross-Origin-Embedder-Policy`.
        ///
        /// Default: left out, since it breaks pages that load from elsewhere.
        public var crossOriginEmbedderPolicy: String?
        /// `Cross-Origin-Opener-Policy`.
        ///
        /// Default: `same-origin`.
        public var crossOriginOpenerPolicy: String? = "same-origin"
        /// `Cross-Origin-Resource-Policy`.
        ///
        /// Default: `same-origin`.
        public var crossOriginResourcePolicy: String? = "same-origin"
        /// `Origin-Agent-Cluster`.
        ///
        /// Default: `?1`.
        public var originAgentCluster: String? = "?1"
        /// `Referrer-Policy`.
        ///
        /// Default: `no-referrer`.
        public var referrerPolicy: String? = "no-referrer"
        /// `Strict-Transport-Security`; browsers heed it over TLS only.
        ///
        /// Default: 365 days, subdomains included.
        public var strictTransportSecurity: String? = "max-age=31536000; includeSubDomains"
        /// `X-Content-Type-Options`.
        ///
        /// Default: `nosniff`.
        public var contentTypeOptions: String? = "nosniff"
        /// `X-DNS-Prefetch-Control`.
        ///
        /// Default: `off`.
        public var dnsPrefetchControl: String? = "off"
        /// `X-Download-Options`.
        ///
        /// Default: `noopen`.
        public var downloadOptions: String? = "noopen"
        /// `X-Frame-Options`.
        ///
        /// Default: `SAMEORIGIN`.
        public var frameOptions: String? = "SAMEORIGIN"
        /// `X-Permitted-Cross-Domain-Policies`.
        ///
        /// Default: `none`.
        public var permittedCrossDomainPolicies: String? = "none"
        /// `X-XSS-Protection`.
        ///
        /// Default: `0`, which switches a filter off that did more harm than good.
        public var xssProtection: String? = "0"
        /// Whether an `X-Powered-By` that was set downstream is removed.
        ///
        /// Default: true.
        public var hidesPoweredBy = true

        /// Creates helmet's defaults.
        public init() {}

        var fields: [(name: String, value: String)] {
            let policy = onlyReportsContentSecurity ? "-Report-Only" : ""
            let all: [(String, String?)] = [
                ("Content-Security-Policy" + policy, contentSecurityPolicy),
                ("Cross-Origin-Embedder-Policy", crossOriginEmbedderPolicy),
                ("Cross-Origin-Opener-Policy", crossOriginOpenerPolicy),
                ("Cross-Origin-Resource-Policy", crossOriginResourcePolicy),
                ("Origin-Agent-Cluster", originAgentCluster),
                ("Referrer-Policy", referrerPolicy),
                ("Strict-Transport-Security", strictTransportSecurity),
                ("X-Content-Type-Options", contentTypeOptions),
                ("X-DNS-Prefetch-Control", dnsPrefetchControl),
                ("X-Download-Options", downloadOptions),
                ("X-Frame-Options", frameOptions),
                ("X-Permitted-Cross-Domain-Policies", permittedCrossDomainPolicies),
                ("X-XSS-Protection", xssProtection),
            ]
            return all.compactMap { name, value in value.map { (name, $0) } }
        }
    }
}
