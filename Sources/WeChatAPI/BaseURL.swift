import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The checked address that API paths are appended to.
struct BaseURL {
    /// The address without a slash at the end.
    let text: String

    /// Checks an address.
    ///
    /// - Parameters:
    ///   - text: Absolute, without user, query and fragment.
    ///   - allowInsecure: Whether `http` to a loopback host is accepted.
    /// - Throws: ``WeChatConfigurationError``. It does not repeat the address, which may hold a password.
    init(_ text: String, allowInsecure: Bool) throws(WeChatConfigurationError) {
        guard let url = URL(string: text, encodingInvalidCharacters: false), let scheme = url.scheme?.lowercased(),
            let host = url.host(), !host.isEmpty
        else {
            throw WeChatConfigurationError(
                .baseURL, "baseURL must be an absolute URL such as https://api.weixin.qq.com")
        }
        guard url.user() == nil, url.password() == nil, url.query() == nil, url.fragment() == nil else {
            throw WeChatConfigurationError(
                .baseURL, "baseURL must not contain a user, a password, a query or a fragment")
        }
        switch scheme {
        case "https":
            break
        case "http":
            guard allowInsecure else {
                throw WeChatConfigurationError(
                    .baseURL, "baseURL must be https (http needs allowInsecure and a loopback host)")
            }
            guard Self.isLoopback(host) else {
                throw WeChatConfigurationError(
                    .baseURL, "baseURL may be http for a loopback host only, such as 127.0.0.1")
            }
        default:
            throw WeChatConfigurationError(.baseURL, "baseURL must start with https://")
        }
        var trimmed = Substring(text)
        while trimmed.last == "/" { trimmed.removeLast() }
        self.text = String(trimmed)
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" { return true }
        let literal = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        // Parsed, not compared by prefix: 127.0.0.1.example.com is a name somebody else owns.
        guard let address = try? SocketAddress(ipAddress: literal, port: 0), let ip = address.ipAddress else {
            return false
        }
        return ip.hasPrefix("127.") || ip == "::1"
    }
}
