import FoundationEssentials
import NIOHTTP1

/// Whether a client's copy is still good (RFC 9110, section 13.1).
extension Context {
    /// Whether the client's cached copy is what the response says, so that 304 would do.
    ///
    /// For GET and HEAD with a status of 200 to 299 or 304, by `If-None-Match` against the response's `ETag`, else by
    /// `If-Modified-Since` against its `Last-Modified`. Set those first.
    public var isFresh: Bool {
        guard method == .GET || method == .HEAD, (200..<300).contains(status) || status == 304 else { return false }
        guard !request.headers["cache-control"].contains(where: Self.asksForNew) else { return false }
        let tags = request.headers["if-none-match"]
        guard tags.isEmpty else { return matches(tags) }
        guard let since = HTTPDate.date(get("If-Modified-Since")), let modified = lastModified else { return false }
        return modified <= since
    }

    /// Whether the client needs the content: the opposite of ``isFresh``.
    public var isStale: Bool { !isFresh }

    private static func asksForNew(_ value: String) -> Bool {
        FieldList.elements(of: value).contains { $0.lowercased() == "no-cache" }
    }

    /// Weakly compared: `W/"a"` is `"a"`.
    private func matches(_ lines: [String]) -> Bool {
        guard !lines.contains(where: { FieldList.trimmed($0[...]) == "*" }) else { return true }
        guard let etag else { return false }
        let opaque = Self.withoutWeakness(etag[...])
        return lines.contains { line in
            FieldList.elements(of: line).contains { Self.withoutWeakness($0) == opaque }
        }
    }

    private static func withoutWeakness(_ tag: Substring) -> Substring {
        tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
    }
}
