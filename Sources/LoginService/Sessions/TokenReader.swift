import KoaKit
import NIOHTTP1

/// Reads the token of a request: header `token`, then `Authorization: Bearer`, then the query or a field of the body
/// where a route uses it.
struct TokenReader: Sendable {
    /// Whether `?token=` counts, as on the routes of the older systems.
    let readsQuery: Bool
    /// What a token may look like here: anything else is none, and Redis is not asked.
    let accepted: AcceptedTokens

    /// The token; nil when there is none, or none that has the shape of a style.
    ///
    /// - Throws: ``Failure`` 10002 when the request carries two different tokens: which of them is meant?
    @inline(never)  // What it needs for a moment would be kept by who asks, for as long as Redis takes.
    func token(of request: Request) throws(Failure) -> SessionToken? {
        guard let text = try presented(by: request) else { return nil }
        return accepted.token(text)
    }

    /// What a request presents as its token; nil when there is nothing.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - field: What the body says, on a route where it may. Default: nothing.
    /// - Returns: The text, whatever its shape.
    /// - Throws: ``Failure`` 10002 when there are two that differ.
    func presented(by request: Request, field: String? = nil) throws(Failure) -> String? {
        var presented: String?
        // One pass, and only names of the right length are compared: this is asked of every request.
        for (name, value) in request.headers {
            switch name.utf8.count {
            case 5 where name.lowercased() == "token":
                try Self.take(value, into: &presented)
            case 13 where name.lowercased() == "authorization":
                if let text = Self.bearer(value) { try Self.take(text, into: &presented) }
            default: break
            }
        }
        if readsQuery {
            for text in request.query.all("token") { try Self.take(text, into: &presented) }
        }
        if let field { try Self.take(field, into: &presented) }
        return presented
    }

    private static func take(_ text: String, into presented: inout String?) throws(Failure) {
        guard !text.isEmpty else { return }
        guard presented == nil || presented == text else {
            throw .invalidParameter("the request carries two different tokens")
        }
        presented = text
    }

    /// The credentials of the scheme Bearer (RFC 6750), whose name has no case.
    static func bearer(_ field: String) -> String? {
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
