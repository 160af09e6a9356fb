/// Why a URL is not a configuration.
///
/// Messages name the part that is wrong; none repeats user, password or the URL.
public struct RedisConfigurationError: Error, Hashable, CustomStringConvertible {
    enum Reason: Hashable {
        case notAURL, unknownScheme
        case notAvailableYet(String)
        case missingHost, badPort, badDatabase, missingPath
        case unknownOption, badEncoding, fragment
    }

    let reason: Reason

    /// Whether the URL is well known but of a kind this version cannot serve, such as `rediss://`.
    public var isNotAvailableYet: Bool {
        if case .notAvailableYet = reason { true } else { false }
    }

    /// What is wrong, without any part of the URL that may be secret.
    public var description: String {
        switch reason {
        case .notAURL: "Redis URL: not of the form scheme://…"
        case .unknownScheme: "Redis URL: unknown scheme; use redis:// or unix://"
        case .notAvailableYet(let scheme): "Redis URL: \(scheme):// is not available yet"
        case .missingHost: "Redis URL: no host, or a malformed one"
        case .badPort: "Redis URL: the port is not a number from 1 to 65535"
        case .badDatabase: "Redis URL: the database is not a number from 0"
        case .missingPath: "Redis URL: no socket path"
        case .unknownOption: "Redis URL: unknown option"
        case .badEncoding: "Redis URL: malformed percent encoding"
        case .fragment: "Redis URL: a fragment (#) has no meaning here; write # as %23"
        }
    }
}
