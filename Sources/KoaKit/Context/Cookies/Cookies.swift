import FoundationEssentials
import NIOHTTP1

/// The cookies of a request and those that its response sets.
///
/// With keys (``Application/Settings/keys``) every cookie is signed by a second one, `name.sig`, and verified when it is
/// read.
///
/// ```swift
/// try ctx.cookies.set("theme", "dark")
/// let theme = ctx.cookies.get("theme")
/// ```
public final class Cookies {
    private let request: Request
    private let response: Response
    private let keys: [CookieKey]

    /// Creates the cookies of a context, signed by other keys than the application's.
    public init(of context: Context, keys: [CookieKey]) {
        request = context.request
        response = context.response
        self.keys = keys
    }

    /// The value of a cookie of the request, verified when there are keys; nil when it is absent or not authentic.
    ///
    /// A signature by an older key is replaced by one of the first; one by no key is expired.
    public func get(_ name: String) -> String? {
        keys.isEmpty ? sent(name) : verified(name)
    }

    /// The value of a cookie of the request, verified or not, whatever the default is.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - isSigned: Whether it must be authentic.
    /// - Returns: Its value; nil when it is absent or not authentic.
    /// - Throws: ``CookieError`` when it must be authentic and there are no keys.
    public func get(_ name: String, signed isSigned: Bool) throws(CookieError) -> String? {
        guard isSigned else { return sent(name) }
        guard !keys.isEmpty else { throw CookieError(code: .noKeys) }
        return verified(name)
    }

    /// Adds a cookie to the response; an empty value expires it.
    ///
    /// - Parameters:
    ///   - name: A token.
    ///   - value: ASCII without control characters and semicolons; encode what may hold other characters. Quotes around
    ///     it are not part of it: ``get(_:)`` returns what is between them.
    ///   - options: Default: for this host, hidden from scripts, signed when there are keys.
    /// - Throws: ``CookieError`` for what a cookie cannot hold, a secure one on an insecure request, and a signed one
    ///   without keys; nothing is set then.
    public func set(_ name: String, _ value: String, _ options: CookieOptions = .init()) throws(CookieError) {
        let isSigned = options.isSigned ?? !keys.isEmpty
        guard !isSigned || !keys.isEmpty else { throw CookieError(code: .noKeys) }
        var options = options
        if value.isEmpty { options.maxAge = .zero }
        let cookie = try make(name, value, options)
        // Signed is what a later request reads.
        let signed = "\(name)=\(Self.withoutQuotes(value[...]))"
        let signature = isSigned ? try make(name + ".sig", keys[0].signature(of: signed), options) : nil
        add(cookie)
        if let signature { add(signature) }
    }

    /// Expires a cookie, and its signature when it is signed.
    ///
    /// - Parameters:
    ///   - name: A token.
    ///   - options: Path and domain as they were when it was set.
    /// - Throws: As ``set(_:_:_:)`` does.
    public func remove(_ name: String, _ options: CookieOptions = .init()) throws(CookieError) {
        try set(name, "", options)
    }

    private func sent(_ name: String) -> String? {
        for line in request.headers["cookie"] {
            for pair in line.utf8.split(separator: UInt8(ascii: ";")) {
                let pair = FieldList.trimmed(Substring(pair))
                guard pair.utf8.count > name.utf8.count, pair.utf8.starts(with: name.utf8) else { continue }
                let rest = pair.utf8.dropFirst(name.utf8.count)
                guard rest.first == UInt8(ascii: "=") else { continue }
                return String(Self.withoutQuotes(Substring(rest.dropFirst())))
            }
        }
        return nil
    }

    /// A value without the quotes that it may stand in.
    private static func withoutQuotes(_ value: Substring) -> Substring {
        let isQuoted = value.utf8.count > 1 && value.hasPrefix("\"") && value.hasSuffix("\"")
        return isQuoted ? value.dropFirst().dropLast() : value
    }

    private func verified(_ name: String) -> String? {
        guard let value = sent(name), let signature = sent(name + ".sig") else { return nil }
        let cookie = "\(name)=\(value)"
        let key = keys.firstIndex { $0.isSignature(signature, of: cookie) }
        if key == nil {
            renew(name + ".sig", "")
        } else if key != 0 {
            renew(name + ".sig", keys[0].signature(of: cookie))
        }
        return key == nil ? nil : value
    }

    /// Sets another signature, or none, for a cookie that the client keeps; unless the response sets one already, or its
    /// head has left.
    private func renew(_ name: String, _ signature: String) {
        guard !response.isHeadSent,
            !response.fields.contains(where: { $0.isNamed("Set-Cookie") && SetCookie.line($0.value, sets: name) })
        else { return }
        var options = CookieOptions()
        if signature.isEmpty { options.maxAge = .zero }
        // A name that is no token cannot be set: the client keeps what it has.
        if let cookie = try? make(name, signature, options) { add(cookie) }
    }

    private func make(_ name: String, _ value: String, _ options: CookieOptions) throws(CookieError) -> SetCookie {
        let isDevelopment = request.application.settings.environment == .development
        if options.isSecure == true, !request.isSecure { throw CookieError(code: .insecureRequest) }
        return try SetCookie(
            name, value, options, isSecure: options.isSecure ?? (!isDevelopment || request.isSecure),
            sameSite: options.sameSite ?? (isDevelopment ? nil : .lax))
    }

    private func add(_ cookie: SetCookie) {
        if cookie.options.overwrites {
            response.removeLines(of: "Set-Cookie") { SetCookie.line($0, sets: cookie.name) }
        }
        response.append("Set-Cookie", cookie.text(at: Date()), survivesError: cookie.options.survivesError)
    }
}
