extension Response {
    /// What a client does with the content (RFC 6266).
    public struct Disposition: Hashable, Sendable {
        let word: String

        /// Creates a disposition; a word that is not a token traps.
        public init(_ word: String) {
            precondition(word.isToken, "a disposition is a token")
            self.word = word
        }

        /// Save it.
        public static let attachment = Self("attachment")
        /// Show it.
        public static let inline = Self("inline")
    }

    /// Asks the client to save the content, under a file name.
    ///
    /// Sets `Content-Disposition`, and `Content-Type` from the extension of the name if none is set.
    ///
    /// - Parameters:
    ///   - filename: Only what follows its last slash is sent. Default: none.
    ///   - disposition: Default: attachment.
    ///   - fallback: The name for clients that read ASCII only, sent when the file name holds more. Default: the file name
    ///     with `?` for what is not ASCII.
    public func attachment(
        _ filename: String? = nil,
        as disposition: Disposition = .attachment,
        fallback: String? = nil
    ) {
        guard let name = filename.map(Self.lastComponent), !name.isEmpty else {
            return set("Content-Disposition", disposition.word)
        }
        if !has("Content-Type") { type = MediaTypes.type(ofFile: name) }
        let plain = Self.ascii(Self.lastComponent(of: fallback ?? name))
        var value = "\(disposition.word); filename=\(plain.isToken ? plain : Self.quoted(plain))"
        // An escape in a plain name would be decoded by some clients and not by others.
        if plain != name || name.contains("%") {
            value += "; filename*=UTF-8''" + PercentEncoding.encode(name, keeping: Self.isAttributeByte)
        }
        set("Content-Disposition", value)
    }

    private static func lastComponent(of name: String) -> String {
        String(name[(name.lastIndex { $0 == "/" || $0 == "\\" }.map(name.index(after:)) ?? name.startIndex)...])
    }

    private static func ascii(_ name: String) -> String {
        String(name.map { $0.asciiValue.map { (0x20...0x7E).contains($0) } == true ? $0 : "?" })
    }

    private static func quoted(_ name: String) -> String {
        "\"" + name.reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\\($1)" : "\($1)" } + "\""
    }

    /// What stands unescaped in an extended value (RFC 8187, section 3.2.1).
    private static func isAttributeByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "*"), UInt8(ascii: "'"), UInt8(ascii: "%"): false
        default: isTokenByte(byte)
        }
    }
}
