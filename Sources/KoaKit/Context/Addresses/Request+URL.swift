import NIOHTTP1

/// The URL of the request and its parts.
extension Request {
    /// The target for what is downstream: as received until ``path`` or ``querystring`` is set.
    public var url: String {
        get {
            let received = RequestTarget.pathAndQuery(of: originalURL)
            return received == (path, querystring) ? originalURL : path + search
        }
        set { (path, querystring) = RequestTarget.pathAndQuery(of: newValue) }
    }

    /// The query with its question mark; empty when there is none.
    public var search: String {
        get { querystring.isEmpty ? "" : "?" + querystring }
        set { querystring = newValue.hasPrefix("?") ? String(newValue.dropFirst()) : newValue }
    }

    /// The host, with its port when it has one; the empty string when it is missing or malformed.
    ///
    /// `X-Forwarded-Host` of a trusted proxy, else that of a target that is a whole URL, else the `Host` field.
    public var host: String { hostField?.host ?? "" }

    /// The host without its port, in lower case; an IPv6 address in brackets.
    public var hostname: String { hostField?.hostname ?? "" }

    /// The labels of the host name before those of the domain, the outermost last, such as `["b", "a"]` of
    /// `a.b.example.com`; none for an IP address.
    ///
    /// ``Application/Settings/subdomainOffset`` says how many labels the domain has.
    public var subdomains: [String] {
        guard let hostField, !hostField.isAddress else { return [] }
        let labels = hostField.hostname.split(separator: ".", omittingEmptySubsequences: false).reversed()
        return labels.dropFirst(application.settings.subdomainOffset).map(String.init)
    }

    /// `https` or `http`: that of the connection, else what `X-Forwarded-Proto` of a trusted proxy says.
    ///
    /// Koa's `protocol`.
    public var scheme: String {
        if connection.isSecure { return "https" }
        guard let scheme = forwarded("X-Forwarded-Proto"), scheme.isToken else { return "http" }
        return scheme.lowercased()
    }

    /// Whether ``scheme`` is `https`.
    public var isSecure: Bool { scheme == "https" }

    /// The `Origin` field; nil when it is absent.
    public var origin: String? { headers.first(name: "origin") }

    /// The whole URL that was asked for, whatever middleware did to ``url``.
    public var href: String {
        RequestTarget.authority(of: originalURL) == nil ? "\(scheme)://\(host)\(originalURL)" : originalURL
    }

    private var hostField: HostField? {
        if let host = forwarded("X-Forwarded-Host") { return HostField(host) }
        // RFC 9112, section 3.2.2: the authority of a whole URL stands, whatever the field says.
        if let authority = RequestTarget.authority(of: originalURL) { return HostField(authority) }
        return headers.first(name: "host").flatMap { HostField($0) }
    }
}
