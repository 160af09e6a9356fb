import NIOHTTP1

/// The request target and what it says of the host (RFC 9112, section 3.2).
enum RequestTarget {
    /// Makes the target's authority the host where the target has one.
    ///
    /// - Returns: Whether the target is of a form that goes with the method.
    static func apply(to head: inout HTTPRequestHead) -> Bool {
        // Nearly every request.
        if head.uri.utf8.first == UInt8(ascii: "/") { return head.method != .CONNECT }
        if head.uri == "*" { return head.method == .OPTIONS }
        if head.method == .CONNECT { return FieldSyntax.isHost(head.uri) }
        guard let authority = authority(of: head.uri), !authority.isEmpty, FieldSyntax.isHost(authority) else {
            return false
        }
        // RFC 9112, section 3.2.2: the target wins.
        head.headers.replaceOrAdd(name: "Host", value: String(authority))
        return true
    }

    /// The authority of a target that is a whole URL.
    private static func authority(of target: String) -> Substring? {
        guard let colon = target.utf8.firstIndex(of: UInt8(ascii: ":")), target[colon...].hasPrefix("://") else {
            return nil
        }
        return target[colon...].dropFirst(3).prefix { $0 != "/" && $0 != "?" }
    }
}
