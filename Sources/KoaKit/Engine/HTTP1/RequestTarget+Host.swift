import NIOHTTP1

/// What a request target says of the host (RFC 9112, section 3.2).
extension RequestTarget {
    /// Makes the target's authority the host where the target has one.
    ///
    /// - Returns: Whether the target is of a form that goes with the method.
    static func apply(to head: inout HTTPRequestHead) -> Bool {
        let isConnect = if case .CONNECT = head.method { true } else { false }
        // Nearly every request.
        if head.uri.utf8.first == UInt8(ascii: "/") { return !isConnect }
        // Meant for OPTIONS; with another method it is a path that no route has.
        if head.uri == "*" { return true }
        if isConnect { return FieldSyntax.isHost(head.uri) }
        guard let authority = authority(of: head.uri), !authority.isEmpty, FieldSyntax.isHost(authority) else {
            return false
        }
        // RFC 9112, section 3.2.2: the target wins.
        head.headers.replaceOrAdd(name: "Host", value: String(authority))
        return true
    }
}
