/// The parts of a `mysql:` URL.
struct MySQLAddress: Sendable, CustomStringConvertible {
    enum TLS: String, Sendable {
        case off
        case require
        case verify
    }

    var user = ""
    var password = ""
    var host = ""
    var port = 3306
    var database = ""
    var socket: String?
    var tls = TLS.off
    var certificateAuthority: String?

    /// - Parameter rest: What follows the scheme: `//user:password@host:port/database?option=value`.
    /// - Throws: ``SQLError`` `.invalidConfiguration`.
    init(_ rest: Substring) throws(SQLError) {
        guard rest.hasPrefix("//") else { throw .invalidURL("lacks // after its scheme") }
        let (location, query) = rest.dropFirst(2).split(atFirst: "?")
        let (authority, path) = location.split(atFirst: "/")
        try readAuthority(authority)
        database = try (path ?? "").percentDecoded()
        guard !database.isEmpty, !database.contains("/") else { throw .invalidURL("needs one database name") }
        for option in (query ?? "").split(separator: "&") { try readOption(option) }
        guard !host.isEmpty || socket != nil else { throw .invalidURL("needs a host or a socket") }
        guard !user.isEmpty else { throw .invalidURL("needs a user") }
    }

    private mutating func readAuthority(_ authority: Substring) throws(SQLError) {
        var address = authority
        // The last @ ends the user: an unescaped one in a password is forgiven.
        if let at = authority.lastIndex(of: "@") {
            let (name, secret) = authority[..<at].split(atFirst: ":")
            user = try name.percentDecoded()
            password = try (secret ?? "").percentDecoded()
            address = authority[authority.index(after: at)...]
        }
        if address.hasPrefix("["), let end = address.firstIndex(of: "]") {
            host = String(address[address.index(after: address.startIndex)..<end])
            try readPort(address[address.index(after: end)...])
        } else {
            let colon = address.firstIndex(of: ":") ?? address.endIndex
            host = String(address[..<colon])
            try readPort(address[colon...])
        }
    }

    private mutating func readPort(_ text: Substring) throws(SQLError) {
        if text.isEmpty { return }
        guard text.hasPrefix(":"), let number = UInt16(text.dropFirst()), number > 0 else {
            throw .invalidURL("has a port that is not 1...65535")
        }
        port = Int(number)
    }

    private mutating func readOption(_ option: Substring) throws(SQLError) {
        let (name, text) = option.split(atFirst: "=")
        let value = try (text ?? "").percentDecoded()
        switch name {
        case "socket": socket = value
        case "ca": certificateAuthority = value
        case "tls":
            guard let choice = TLS(rawValue: value) else { throw .invalidURL("needs off, require or verify for tls") }
            tls = choice
        default: throw .invalidURL("has an unknown option; known are socket, tls and ca")
        }
    }

    var description: String {
        let secret = password.isEmpty ? "" : ":***"
        let address = host.contains(":") ? "[\(host)]" : host
        return "mysql://\(user)\(secret)@\(address):\(port)/\(database)" + (socket.map { "?socket=\($0)" } ?? "")
    }
}

extension Substring {
    fileprivate func split(atFirst separator: Character) -> (Substring, Substring?) {
        guard let index = firstIndex(of: separator) else { return (self, nil) }
        return (self[..<index], self[self.index(after: index)...])
    }

    /// Decodes `%xx`; refuses what is not UTF-8 afterwards, and NUL, where C would stop reading.
    fileprivate func percentDecoded() throws(SQLError) -> String {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let digits = String(rest.prefix(2)), digits.utf8.count == 2, let value = UInt8(digits, radix: 16)
            else {
                throw .invalidURL("has a % that two hexadecimal digits do not follow")
            }
            rest = rest.dropFirst(2)
            bytes.append(value)
        }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw .invalidURL("has escapes that are not text")
        }
        return text
    }
}
