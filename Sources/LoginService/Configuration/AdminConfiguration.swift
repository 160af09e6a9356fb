public import WeChatAPI

/// Where the listener of operations is, and who may use it.
public struct AdminConfiguration: Sendable {
    /// `ADMIN_HOST`.
    public var host: String
    /// `ADMIN_PORT`, 0 for any free one; nil for ``defaultPort`` if it is free, and no listener otherwise.
    public var port: Int?
    /// `ADMIN_TOKEN`; nil closes `/admin`.
    public var token: Secret<String>?

    /// Where operations are when nothing else is said.
    public static let defaultPort = 3900

    /// Whether only this machine reaches it.
    var isLoopback: Bool {
        host == "localhost" || host == "::1"
            || host.wholeMatch(of: /127\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}/) != nil
    }

    /// Reads the settings; nil for `ADMIN_PORT=off`.
    static func read(_ settings: SettingsReader) throws(ConfigurationError) -> AdminConfiguration? {
        let portText = try settings.text(.adminPort)
        let admin = AdminConfiguration(
            host: try settings.text(.adminHost) ?? "127.0.0.1",
            port: try settings.unlessOff(.adminPort) { (setting) throws(ConfigurationError) in
                try settings.integer(setting, default: defaultPort, in: 0...65_535)
            },
            token: try token(settings))
        if portText == "off" { return nil }
        guard admin.isLoopback || admin.token != nil else {
            throw ConfigurationError(.adminHost, "others than this machine reach '\(admin.host)': set ADMIN_TOKEN too")
        }
        return admin
    }

    private static func token(_ settings: SettingsReader) throws(ConfigurationError) -> Secret<String>? {
        guard let text = try settings.text(.adminToken) else { return nil }
        // What RFC 6750 lets stand after Bearer.
        guard text.wholeMatch(of: /[A-Za-z0-9\-._~+\/]+=*/) != nil else {
            throw ConfigurationError(
                .adminToken, "must have letters, digits and -._~+/ only: openssl rand -base64 32 makes one")
        }
        return Secret(text)
    }
}
