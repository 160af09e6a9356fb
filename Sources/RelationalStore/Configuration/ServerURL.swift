import NIOCore

/// The parts of a URL that leads to a database server: `//user:password@host:port,host:port/database?option=value`.
struct ServerURL: Sendable {
    struct Host: Sendable, Hashable, CustomStringConvertible {
        var name: String
        var port: Int

        /// Whether it is this machine: a Unix socket, or the loopback.
        var isLocal: Bool {
            if name.isEmpty || name.hasPrefix("/") || name == "localhost" { return true }
            // Parsed, not compared by prefix: 127.0.0.1.example.com is a name somebody else owns.
            guard let address = try? SocketAddress(ipAddress: name, port: port).ipAddress else { return false }
            return address == "::1" || address.hasPrefix("127.")
        }

        var description: String {
            (name.contains(":") ? "[\(name)]" : name) + ":\(port)"
        }
    }

    private(set) var user = ""
    private(set) var password = ""
    /// At least one; its name may be empty.
    private(set) var hosts: [Host] = []
    private(set) var database = ""
    private(set) var options: [(name: Substring, value: String)] = []

    /// - Parameters:
    ///   - rest: What follows the scheme.
    ///   - defaultPort: The port of a host that names none.
    /// - Throws: ``SQLError`` `.invalidConfiguration`.
    init(_ rest: Substring, defaultPort: Int) throws(SQLError) {
        guard rest.hasPrefix("//") else { throw .invalidURL("lacks // after its scheme") }
        let (location, query) = rest.dropFirst(2).split(atFirst: "?")
        let (authority, path) = location.split(atFirst: "/")
        var addresses = authority
        // The last @ ends the user: an unescaped one in a password is forgiven.
        if let at = authority.lastIndex(of: "@") {
            let (name, secret) = authority[..<at].split(atFirst: ":")
            user = try name.percentDecoded()
            password = try (secret ?? "").percentDecoded()
            addresses = authority[authority.index(after: at)...]
        }
        for address in addresses.split(separator: ",", omittingEmptySubsequences: false) {
            hosts.append(try Self.host(address, defaultPort: defaultPort))
        }
        database = try (path ?? "").percentDecoded()
        guard !database.isEmpty, !database.contains("/") else { throw .invalidURL("needs one database name") }
        // Before the options, whose names are shown: an unescaped ? in a password ends here.
        guard !user.isEmpty else { throw .invalidURL("needs a user") }
        for option in (query ?? "").split(separator: "&") {
            let (name, value) = option.split(atFirst: "=")
            options.append((name, try (value ?? "").percentDecoded()))
        }
    }

    private static func host(_ address: Substring, defaultPort: Int) throws(SQLError) -> Host {
        var name = address
        var port: Substring = ""
        if address.hasPrefix("["), let end = address.firstIndex(of: "]") {
            name = address[address.index(after: address.startIndex)..<end]
            port = address[address.index(after: end)...]
        } else if let colon = address.firstIndex(of: ":") {
            name = address[..<colon]
            port = address[colon...]
        }
        if port.isEmpty { return Host(name: try name.percentDecoded(), port: defaultPort) }
        guard port.hasPrefix(":"), let number = UInt16(port.dropFirst()), number > 0 else {
            throw .invalidURL("has a port that is not 1...65535")
        }
        return Host(name: try name.percentDecoded(), port: Int(number))
    }

    /// The user and the password's place, for descriptions.
    var credentials: String { user + (password.isEmpty ? "" : ":***") }
}

extension SQLError {
    static func unknownOption(_ name: Substring, known: String) -> SQLError {
        let isWord = name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }
        return .invalidURL("has an unknown option\(isWord ? " \(name)" : ""); known are \(known)")
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
