/// Why a URL is not a configuration.
///
/// Messages name the part that is wrong; none repeats user, password or the URL.
public struct RedisConfigurationError: Error, Hashable, CustomStringConvertible {
    enum Reason: Hashable {
        case notAURL, unknownScheme, fragment, badEncoding
        case missingHost, severalHosts, badPort, badDatabase, databaseInCluster, missingPath
        case missingMasterName, sentinelUserWithoutPassword
        case unknownOption, emptyOption, certificateWithoutKey
    }

    let reason: Reason

    /// What is wrong, without any part of the URL that may be secret.
    public var description: String {
        let text =
            switch reason {
            case .notAURL: "not of the form scheme://…"
            case .unknownScheme:
                "unknown scheme; use redis://, rediss://, unix://, redis+sentinel:// or redis+cluster://"
            case .fragment: "a fragment (#) has no meaning here; write # as %23"
            case .badEncoding: "malformed percent encoding"
            case .missingHost: "no host, or a malformed one"
            case .severalHosts: "more than one host; use redis+sentinel:// or redis+cluster://"
            case .badPort: "the port is not a number from 1 to 65535"
            case .badDatabase: "the database is not a number from 0"
            case .databaseInCluster: "a cluster has database 0 only"
            case .missingPath: "no socket path"
            case .missingMasterName: "no master name; write redis+sentinel://host/name"
            case .sentinelUserWithoutPassword: "sentinel_username without sentinel_password"
            case .unknownOption: "unknown or repeated option"
            case .emptyOption: "an option without a value"
            case .certificateWithoutKey: "cert_file and key_file belong together"
            }
        return "Redis URL: " + text
    }
}
