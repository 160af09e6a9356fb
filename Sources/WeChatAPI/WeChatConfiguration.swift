/// How to reach WeChat and as which mini program; checked once, when it is made.
public struct WeChatConfiguration: Sendable {
    /// WeChat's own address.
    public static let defaultBaseURL = "https://api.weixin.qq.com"

    /// Scheme, host, optional port and optional path, without a slash at the end.
    public let baseURL: String

    /// The mini program's identifier.
    public let appID: String

    /// The mini program's secret.
    public let appSecret: Secret<String>

    /// The longest wait for a usable connection: name look-up, connect, TLS, or a free place in the pool.
    public let connectTimeout: Duration

    /// The longest an exchange takes in all: connection, retry, headers and the whole body.
    public let timeout: Duration

    /// The largest reply body that is read, in bytes.
    public let maximumReplyBytes: Int

    /// The most connections kept to WeChat at a time; further exchanges wait for up to `connectTimeout`.
    public let maximumConnections: Int

    /// Checks the values and makes a configuration of them.
    ///
    /// - Parameters:
    ///   - baseURL: Absolute, `https`; `http` needs `allowInsecure` and a loopback host.
    ///   - allowInsecure: Whether `http` to a loopback host is accepted, for a sandbox.
    ///   - appID: Not empty, without white space.
    ///   - appSecret: Not empty, without white space.
    ///   - connectTimeout: More than zero, up to 60 s.
    ///   - timeout: More than zero, up to 60 s.
    ///   - maximumReplyBytes: 1,024 to 1,048,576 bytes.
    ///   - maximumConnections: 1 to 4,096.
    /// - Throws: ``WeChatConfigurationError`` that names the first unusable value.
    public init(
        baseURL: String = Self.defaultBaseURL,
        allowInsecure: Bool = false,
        appID: String,
        appSecret: Secret<String>,
        connectTimeout: Duration = .seconds(1),
        timeout: Duration = .seconds(5),
        maximumReplyBytes: Int = 65_536,
        maximumConnections: Int = 128
    ) throws(WeChatConfigurationError) {
        self.baseURL = try BaseURL(baseURL, allowInsecure: allowInsecure).text
        try Self.require(Self.isCredential(appID), .appID, "appID must not be empty or contain white space")
        try Self.require(
            Self.isCredential(appSecret.exposed), .appSecret, "appSecret must not be empty or contain white space")
        try Self.require(
            Self.isTimeout(connectTimeout), .limit, "connectTimeout must be more than 0 and at most 60 seconds")
        try Self.require(Self.isTimeout(timeout), .limit, "timeout must be more than 0 and at most 60 seconds")
        try Self.require(
            (1_024...1_048_576).contains(maximumReplyBytes), .limit, "maximumReplyBytes must be from 1024 to 1048576")
        try Self.require((1...4_096).contains(maximumConnections), .limit, "maximumConnections must be from 1 to 4096")
        self.appID = appID
        self.appSecret = appSecret
        self.connectTimeout = connectTimeout
        self.timeout = timeout
        self.maximumReplyBytes = maximumReplyBytes
        self.maximumConnections = maximumConnections
    }

    private static func require(
        _ condition: Bool, _ field: WeChatConfigurationError.Field, _ message: String
    ) throws(WeChatConfigurationError) {
        if !condition { throw WeChatConfigurationError(field, message) }
    }

    // A line break at the end of a secret's file would otherwise become "invalid appsecret" at the first login.
    private static func isCredential(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.value >= 0x20 }
    }

    private static func isTimeout(_ duration: Duration) -> Bool {
        duration > .zero && duration <= .seconds(60)
    }
}
