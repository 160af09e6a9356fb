/// A request's path as the name of a file under a root.
struct StaticPath: Sendable, Equatable {
    /// Without empty ones; at least one unless the root itself is asked for.
    let segments: [String]
    /// Whether it ends with a slash, which names a folder.
    let isFolder: Bool

    /// Reads a path, decoding it once; nil when it is outside of the prefix, or hidden.
    ///
    /// - Parameters:
    ///   - path: As received.
    ///   - options: What to serve.
    /// - Throws: ``HTTPError`` 400 when it is not decodable, 403 when it tries to leave the root.
    init?(_ path: String, _ options: StaticFiles.Options) throws(HTTPError) {
        var rest = path[...]
        if !options.prefix.isEmpty {
            guard rest.hasPrefix(options.prefix) else { return nil }
            rest = rest.dropFirst(options.prefix.count)
            guard rest.isEmpty || rest.first == "/" || options.prefix.hasSuffix("/") else { return nil }
        }
        guard let decoded = PercentEncoding.decodeStrictly(rest.utf8), !decoded.utf8.contains(0) else {
            throw HTTPError(400, "the path is not decodable", reason: .invalidParameter)
        }
        segments = decoded.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        isFolder = decoded.utf8.last == UInt8(ascii: "/") || decoded.isEmpty
        // A backslash parts folders on other systems, and has no business in the name of a file on this one.
        guard !segments.contains(".."), !decoded.utf8.contains(UInt8(ascii: "\\")) else { throw HTTPError(403) }
        guard options.servesDotfiles || !segments.contains(where: { $0.utf8.first == UInt8(ascii: ".") }) else {
            return nil
        }
    }
}
