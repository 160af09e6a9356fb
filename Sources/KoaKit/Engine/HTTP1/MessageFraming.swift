import NIOHTTP1

/// What a request's header fields say about its body, its connection and its host.
struct MessageFraming {
    /// `Content-Length`; nil when the body is chunked, and without a body.
    private(set) var contentLength: Int?
    /// Whether everybody on the way here read the same request out of the bytes, and the same host out of the request.
    ///
    /// NIO's decoder takes an empty `Transfer-Encoding`, one that ends in `chunked` and one on HTTP/1.0, and a proxy may
    /// read them otherwise: the way to smuggle a request. `Content-Length` beside it, or twice, it refuses itself. It
    /// takes any `Host`, none, and two.
    let isUnambiguous: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    let expectsContinue: Bool
    /// Whether NIO's decoder stops after this request, as it does at an upgrade, CONNECT included.
    let asksUpgrade: Bool
    /// Whether a value ends in a blank: all that is said here is of the values as they stand.
    let hasTrailingBlank: Bool
    private var hasTransferEncoding = false

    /// Whether the request has a body (RFC 9112, section 6).
    var hasBody: Bool { contentLength != nil || hasTransferEncoding }

    init(_ head: HTTPRequestHead) {
        let isHTTP11 = head.version == .http1_1
        var (hosts, hasBadField, hasUpgrade, hasExpectation, endsInBlank) = (0, false, false, false, false)
        // One pass, and only names of the right length are compared.
        for (name, value) in head.headers {
            if let last = value.utf8.last, last == 0x20 || last == 0x09 { endsInBlank = true }
            switch name.utf8.count {
            case 4 where Self.is(name, "host"):
                hosts += 1
                if !FieldSyntax.isHost(value) { hasBadField = true }
            case 6 where Self.is(name, "expect"):
                hasExpectation = value.lowercased() == "100-continue"
            case 7 where Self.is(name, "upgrade"):
                hasUpgrade = true
            case 14 where Self.is(name, "content-length"):
                contentLength = Int(value)
                if contentLength == nil { hasBadField = true }
            case 17 where Self.is(name, "transfer-encoding"):
                if !isHTTP11 || hasTransferEncoding || value.lowercased() != "chunked" { hasBadField = true }
                hasTransferEncoding = true
            default: break
            }
        }
        // HTTP/1.0 knew no Host; two are ambiguous everywhere.
        isUnambiguous = !hasBadField && (hosts == 1 || hosts == 0 && !isHTTP11)
        // By its case: `==` compares the names of methods.
        asksUpgrade = if case .CONNECT = head.method { true } else { hasUpgrade }
        expectsContinue = hasExpectation && isHTTP11 && (contentLength != nil || hasTransferEncoding)
        hasTrailingBlank = endsInBlank
    }

    /// Header fields without the blanks behind their values, which are no part of them (RFC 9110, section 5.5).
    ///
    /// NIO's decoder leaves them there. `Transfer-Encoding` keeps them, and is refused for them: behind a space the
    /// decoder knows `chunked`, behind a tab it does not.
    static func withoutTrailingBlanks(_ headers: HTTPHeaders) -> HTTPHeaders {
        HTTPHeaders(
            headers.map { name, value -> (String, String) in
                let isCoding = name.utf8.count == 17 && Self.is(name, "transfer-encoding")
                return (name, isCoding ? value : String(FieldList.trimmed(value[...])))
            })
    }

    /// Whether no trailer says how to read the message, or whom it is for (RFC 9110, section 6.5.1).
    static func areAllowed(trailers: HTTPHeaders) -> Bool {
        !["content-length", "transfer-encoding", "host", "content-encoding", "content-type", "trailer"]
            .contains { trailers.contains(name: $0) }
    }

    private static func `is`(_ name: String, _ lowercase: StaticString) -> Bool {
        lowercase.withUTF8Buffer { expected in
            // Sets the bit that tells cases apart: the only other bytes that this makes equal are not in a token.
            zip(name.utf8, expected).allSatisfy { $0 | 0x20 == $1 }
        }
    }
}
