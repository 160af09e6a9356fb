import NIOHPACK
import NIOHTTP1

/// Makes a request head of an HTTP/2 header block, which NIO has checked against RFC 9113, section 8.2 and 8.3.
enum HTTP2RequestHead {
    /// The head as one of HTTP/1.1 would be, so that middleware see one kind of request.
    ///
    /// `:authority` is the host; the pieces into which a client may cut `Cookie` are one field again.
    ///
    /// - Returns: The head.
    /// - Throws: ``HTTPError`` 400, 414 or 431 for a request that is well-formed but not for this server.
    static func make(_ block: HPACKHeaders, _ limits: HTTPLimits) throws(HTTPError) -> HTTPRequestHead {
        var (method, path, authority) = ("", "", String?.none)
        var (size, count) = (0, 0)
        var cookies = ""
        var fields: [(String, String)] = []
        fields.reserveCapacity(block.count)
        for (name, value, _) in block {
            size += name.utf8.count + value.utf8.count
            switch name {
            case ":method": method = value
            case ":path": path = value
            case ":authority": authority = value
            case ":scheme", ":protocol": break
            case "cookie": cookies += cookies.isEmpty ? value : "; " + value
            default: fields.append((name, value))
            }
            if !name.hasPrefix(":") { count += 1 }
        }
        guard size <= limits.headerBlock, count <= limits.headerCount else {
            throw HTTPError(431, "the header block is over its limit", reason: .payloadTooLarge)
        }
        guard path.utf8.count <= limits.target else {
            throw HTTPError(
                414, "the request target is longer than \(limits.target) bytes", reason: .payloadTooLarge)
        }
        if !cookies.isEmpty { fields.append(("cookie", cookies)) }
        let host = try host(authority, &fields)
        fields.insert(("host", host), at: 0)
        let isConnect = method == "CONNECT"
        let target = isConnect ? host : path
        guard isConnect || path.utf8.first == UInt8(ascii: "/") || path == "*" && method == "OPTIONS" else {
            throw HTTPError.ambiguousRequest
        }
        return HTTPRequestHead(
            version: .http2, method: HTTPMethod(rawValue: method), uri: target, headers: HTTPHeaders(fields))
    }

    /// The one host of the request, taken out of its fields.
    private static func host(
        _ authority: String?, _ fields: inout [(String, String)]
    ) throws(HTTPError) -> String {
        let hosts = fields.filter { $0.0 == "host" }.map(\.1)
        if !hosts.isEmpty { fields.removeAll { $0.0 == "host" } }
        guard hosts.count <= 1, let host = authority ?? hosts.first, FieldSyntax.isHost(host),
            // RFC 9113, section 8.3.1: one that differs is a request that somebody else may read otherwise.
            hosts.first == nil || hosts.first == host
        else { throw HTTPError.ambiguousRequest }
        return host
    }
}
