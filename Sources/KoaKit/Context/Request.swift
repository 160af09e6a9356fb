public import NIOHTTP1

/// What the client sent.
public final class Request {
    /// The method.
    public let method: HTTPMethod
    /// The request target as received, query included.
    public let target: String
    /// The header fields.
    public let headers: HTTPHeaders
    /// The path of the target, as received: not percent-decoded, without the query, and without scheme and authority
    /// when the target is a whole URL.
    public let path: String
    /// The query without its question mark; empty when there is none.
    public let querystring: String
    /// The connection that the request came on.
    public let connection: ConnectionInfo
    let content: RequestContent
    let application: FrozenApplication

    init(
        _ head: HTTPRequestHead, content: RequestContent, connection: ConnectionInfo, _ application: FrozenApplication
    ) {
        method = head.method
        target = head.uri
        headers = head.headers
        self.content = content
        self.connection = connection
        self.application = application
        let origin = Self.originForm(of: target)
        if let mark = origin.utf8.firstIndex(of: UInt8(ascii: "?")) {
            path = mark == origin.startIndex ? "/" : String(origin[..<mark])
            querystring = String(origin[origin.utf8.index(after: mark)...])
        } else {
            path = origin.isEmpty ? "/" : String(origin)
            querystring = ""
        }
    }

    /// A target without scheme and authority, which a client may send (RFC 9112, section 3.2.2).
    private static func originForm(of target: String) -> Substring {
        // Nearly every target; `*` and the authority of CONNECT have no path to take out.
        guard target.utf8.first != UInt8(ascii: "/"), let colon = target.utf8.firstIndex(of: UInt8(ascii: ":")),
            target[colon...].hasPrefix("://")
        else { return target[...] }
        let authority = target[colon...].dropFirst(3)
        return authority.firstIndex { $0 == "/" || $0 == "?" }.map { authority[$0...] } ?? ""
    }

    /// The value of a header field, the empty string when it is absent.
    ///
    /// `Referer` and `Referrer` are one.
    public func get(_ field: String) -> String {
        if let value = headers.first(name: field) { return value }
        switch field.lowercased() {
        case "referrer": return headers.first(name: "referer") ?? ""
        case "referer": return headers.first(name: "referrer") ?? ""
        default: return ""
        }
    }

    /// The media type of the body: `Content-Type` in lower case without its parameters; nil when it is absent.
    public var type: String? {
        guard let value = headers.first(name: "content-type") else { return nil }
        let essence = value.prefix { $0 != ";" }
        return essence.filter { !$0.isWhitespace }.lowercased()
    }

    /// The values of a query parameter, decoded by the rules of `application/x-www-form-urlencoded` (`+` is a space).
    ///
    /// Brackets do not nest.
    public func query(_ name: String) -> [String] {
        guard !querystring.isEmpty else { return [] }
        return querystring.split(separator: "&").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard PercentEncoding.decodeForm(parts[0]) == name else { return nil }
            return parts.count == 2 ? PercentEncoding.decodeForm(parts[1]) : ""
        }
    }
}
