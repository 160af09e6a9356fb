/// A URL cut into the pieces that all kinds of Redis URLs have.
struct RedisURLParts {
    let scheme: String
    /// What stands between scheme and path, without user and password.
    let hosts: Substring
    /// With its leading slash, not decoded; may be empty.
    let path: Substring
    private var userInfo: Substring?
    private var options: [Substring: Substring] = [:]

    init(_ url: String) throws(RedisConfigurationError) {
        guard let (scheme, rest) = url.cut(at: "://") else { throw .init(reason: .notAURL) }
        guard !rest.contains("#") else { throw .init(reason: .fragment) }
        self.scheme = scheme.lowercased()
        let (location, query) = rest.cut(at: "?") ?? (rest, "")
        let pathStart = location.firstIndex(of: "/") ?? location.endIndex
        let authority = location[..<pathStart]
        path = location[pathStart...]
        // An @ inside a password should be encoded; the last one is the separator even if it is not.
        if let at = authority.lastIndex(of: "@") {
            userInfo = authority[..<at]
            hosts = authority[authority.index(after: at)...]
        } else {
            hosts = authority
        }
        for option in query.split(separator: "&") {
            guard let (name, value) = option.cut(at: "="), options.updateValue(value, forKey: name) == nil else {
                throw .init(reason: .unknownOption)
            }
        }
    }

    // MARK: Options

    var hasNoMoreOptions: Bool { options.isEmpty }

    /// Takes an option out, as it was written.
    mutating func takeOption(_ name: Substring) throws(RedisConfigurationError) -> Substring? {
        guard let value = options.removeValue(forKey: name) else { return nil }
        guard !value.isEmpty else { throw .init(reason: .emptyOption) }
        return value
    }

    mutating func takeDecodedOption(_ name: Substring) throws(RedisConfigurationError) -> String? {
        guard let value = try takeOption(name) else { return nil }
        return try Self.decoded(value)
    }

    // MARK: User and password

    mutating func takeCredentials() throws(RedisConfigurationError) -> RedisCredentials? {
        guard let text = userInfo.take(), !text.isEmpty, text != ":" else { return nil }
        guard let (user, password) = text.cut(at: ":") else {
            // A user alone has no password to send.
            return RedisCredentials(username: try Self.decoded(text), password: "")
        }
        let username = user.isEmpty ? nil : try Self.decoded(user)
        return RedisCredentials(username: username, password: try Self.decoded(password))
    }

    // MARK: Hosts and numbers

    static func endpoints(
        _ text: Substring, defaultPort: Int
    ) throws(RedisConfigurationError) -> [RedisConfiguration.Endpoint] {
        var endpoints: [RedisConfiguration.Endpoint] = []
        for host in text.split(separator: ",", omittingEmptySubsequences: false) {
            endpoints.append(try endpoint(host, defaultPort: defaultPort))
        }
        return endpoints
    }

    static func endpoint(
        _ text: Substring, defaultPort: Int
    ) throws(RedisConfigurationError) -> RedisConfiguration.Endpoint {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]"), text.dropFirst().first != "]" else {
                throw .init(reason: .missingHost)
            }
            let after = text[text.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw .init(reason: .missingHost) }
            let port = after.isEmpty ? defaultPort : try port(after.dropFirst())
            return .tcp(host: String(text[text.index(after: text.startIndex)..<end]), port: port)
        }
        guard let (host, portText) = text.cut(at: ":") else {
            guard !text.isEmpty else { throw .init(reason: .missingHost) }
            return .tcp(host: try decoded(text), port: defaultPort)
        }
        guard !host.isEmpty else { throw .init(reason: .missingHost) }
        return .tcp(host: try decoded(host), port: try port(portText))
    }

    /// Reads the number of a database; none means 0.
    static func database(_ text: Substring?) throws(RedisConfigurationError) -> Int {
        guard let text, !text.isEmpty else { return 0 }
        guard let database = number(text) else { throw .init(reason: .badDatabase) }
        return database
    }

    private static func port(_ text: Substring) throws(RedisConfigurationError) -> Int {
        guard let port = number(text), (1...65_535).contains(port) else { throw .init(reason: .badPort) }
        return port
    }

    /// Reads digits only: `Int` alone would take a sign.
    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }

    // MARK: Percent encoding

    static func decoded(_ text: Substring) throws(RedisConfigurationError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                throw .init(reason: .badEncoding)
            }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .init(reason: .badEncoding) }
        return decoded
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        Character(UnicodeScalar(byte)).hexDigitValue.map(UInt8.init)
    }
}

extension StringProtocol where SubSequence == Substring {
    /// Splits at the first occurrence of a separator.
    func cut(at separator: String) -> (Substring, Substring)? {
        guard let range = self[...].firstRange(of: separator) else { return nil }
        return (self[..<range.lowerBound], self[range.upperBound...])
    }
}
