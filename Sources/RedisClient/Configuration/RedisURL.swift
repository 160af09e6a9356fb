/// The parts of a Redis URL.
struct RedisURL {
    private(set) var endpoint: RedisConfiguration.Endpoint
    private(set) var credentials: RedisCredentials?
    private(set) var database = 0

    init(_ url: String) throws(RedisConfigurationError) {
        guard let (scheme, rest) = url.cut(at: "://") else { throw .init(reason: .notAURL) }
        guard !rest.contains("#") else { throw .init(reason: .fragment) }
        let (location, query) = rest.cut(at: "?") ?? (rest, "")
        // An @ inside a password should be encoded; the last one is the separator even if it is not.
        let pathStart = location.firstIndex(of: "/") ?? location.endIndex
        let authority = location[..<pathStart]
        let path = location[pathStart...]
        let at = authority.lastIndex(of: "@")
        let host = at.map { authority[authority.index(after: $0)...] } ?? authority
        switch scheme.lowercased() {
        case "redis", "valkey":
            guard query.isEmpty else { throw .init(reason: .unknownOption) }
            endpoint = try Self.tcpEndpoint(host)
            if path.count > 1 { database = try Self.database(path.dropFirst()) }
        case "unix":
            guard host.isEmpty, path.count > 1 else { throw .init(reason: .missingPath) }
            endpoint = .unixSocket(path: try Self.decoded(path))
            if !query.isEmpty {
                guard let (name, value) = query.cut(at: "="), name == "db" else { throw .init(reason: .unknownOption) }
                database = try Self.database(value)
            }
        case let scheme where ["rediss", "valkeys", "redis+sentinel", "redis+cluster"].contains(scheme):
            throw .init(reason: .notAvailableYet(scheme))
        default:
            throw .init(reason: .unknownScheme)
        }
        if let at { credentials = try Self.credentials(authority[..<at]) }
    }

    private static func tcpEndpoint(
        _ text: Substring
    ) throws(RedisConfigurationError) -> RedisConfiguration.Endpoint {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]"), text.dropFirst().first != "]" else {
                throw .init(reason: .missingHost)
            }
            let after = text[text.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw .init(reason: .missingHost) }
            let port = after.isEmpty ? 6_379 : try port(after.dropFirst())
            return .tcp(host: String(text[text.index(after: text.startIndex)..<end]), port: port)
        }
        let (host, portText) = text.cut(at: ":") ?? (text, "6379")
        guard !host.isEmpty else { throw .init(reason: .missingHost) }
        return .tcp(host: try decoded(host), port: try port(portText))
    }

    private static func port(_ text: Substring) throws(RedisConfigurationError) -> Int {
        guard let port = number(text), (1...65_535).contains(port) else { throw .init(reason: .badPort) }
        return port
    }

    private static func database(_ text: Substring) throws(RedisConfigurationError) -> Int {
        guard let database = number(text) else { throw .init(reason: .badDatabase) }
        return database
    }

    /// Reads digits only: `Int` alone would take a sign.
    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }

    private static func credentials(_ text: Substring) throws(RedisConfigurationError) -> RedisCredentials? {
        guard let (user, password) = text.cut(at: ":") else {
            // A user alone has no password to send.
            return text.isEmpty ? nil : RedisCredentials(username: try decoded(text), password: "")
        }
        if user.isEmpty, password.isEmpty { return nil }
        return RedisCredentials(username: user.isEmpty ? nil : try decoded(user), password: try decoded(password))
    }

    private static func decoded(_ text: Substring) throws(RedisConfigurationError) -> String {
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
    fileprivate func cut(at separator: String) -> (Substring, Substring)? {
        guard let range = self[...].firstRange(of: separator) else { return nil }
        return (self[..<range.lowerBound], self[range.upperBound...])
    }
}
