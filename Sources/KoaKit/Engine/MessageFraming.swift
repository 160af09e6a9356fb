import NIOHTTP1

/// What a request's header fields say about its body and its connection.
struct MessageFraming {
    /// Whether the request has a body (RFC 9112, section 6).
    let hasBody: Bool
    /// `Content-Length`; nil when the body is chunked.
    let contentLength: Int?
    /// Whether the client waits for `100 Continue` before it sends the body.
    let expectsContinue: Bool
    /// Whether everybody on the way here read the same length out of the fields.
    ///
    /// NIO's decoder takes an empty `Transfer-Encoding`, one that ends in `chunked` and one on HTTP/1.0, and a proxy may
    /// read them otherwise: the way to smuggle a request. `Content-Length` beside it, or twice, it refuses itself.
    let isUnambiguous: Bool
    /// Whether NIO's decoder stops after this request, as it does at an upgrade, CONNECT included.
    let asksUpgrade: Bool

    init(_ head: HTTPRequestHead) {
        // NIO's own look-ups: iterating its headers from outside costs more than four of them.
        let headers = head.headers
        asksUpgrade = head.method == .CONNECT || headers.contains(name: "upgrade")
        if let length = headers.first(name: "content-length") {
            hasBody = true
            contentLength = Int(length)
            isUnambiguous = true
        } else if headers.contains(name: "transfer-encoding") {
            hasBody = true
            contentLength = nil
            isUnambiguous =
                head.version == .http1_1 && headers["transfer-encoding"].map { $0.lowercased() } == ["chunked"]
        } else {
            hasBody = false
            contentLength = nil
            isUnambiguous = true
        }
        expectsContinue =
            hasBody && head.version == .http1_1 && headers.first(name: "expect")?.lowercased() == "100-continue"
    }
}
