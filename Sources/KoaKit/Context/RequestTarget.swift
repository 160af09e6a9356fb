/// Takes request targets apart (RFC 9112, section 3.2).
enum RequestTarget {
    /// The path and the query; the path is `/` when the target has none.
    static func pathAndQuery(of target: String) -> (path: String, query: String) {
        // Nearly every target: nothing of it has to be copied.
        if target.utf8.first == UInt8(ascii: "/"), target.hasOnlyBytes({ $0 != UInt8(ascii: "?") }) {
            return (target, "")
        }
        let origin = originForm(of: target)
        guard let mark = origin.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            return (origin.isEmpty ? "/" : String(origin), "")
        }
        let path = mark == origin.startIndex ? "/" : String(origin[..<mark])
        return (path, String(origin[origin.utf8.index(after: mark)...]))
    }

    /// The authority of a target that is a whole URL; nil for any other.
    static func authority(of target: String) -> Substring? {
        guard let rest = afterScheme(of: target) else { return nil }
        return rest.prefix { $0 != "/" && $0 != "?" }
    }

    /// A target without scheme and authority, which a client may send.
    private static func originForm(of target: String) -> Substring {
        guard let rest = afterScheme(of: target) else { return target[...] }
        return rest.firstIndex { $0 == "/" || $0 == "?" }.map { rest[$0...] } ?? ""
    }

    /// Nearly every target starts with a slash; `*` and the authority of CONNECT have no scheme either.
    private static func afterScheme(of target: String) -> Substring? {
        guard target.utf8.first != UInt8(ascii: "/"), let colon = target.utf8.firstIndex(of: UInt8(ascii: ":")),
            target[colon...].hasPrefix("://")
        else { return nil }
        return target[colon...].dropFirst(3)
    }
}
