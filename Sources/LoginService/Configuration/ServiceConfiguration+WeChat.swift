public import WeChatAPI

/// The settings `WECHAT_…`.
extension ServiceConfiguration {
    /// All mini programs, the first one is meant where none is named.
    public var weChatApps: [WeChatConfiguration] { [weChat] + otherWeChatApps }

    /// Reads the mini programs: one, or a list.
    ///
    /// - Throws: ``ConfigurationError`` that names the setting and shows no secret.
    static func weChatApps(_ settings: SettingsReader) throws(ConfigurationError) -> [WeChatConfiguration] {
        guard let list = try settings.text(.weChatApps) else {
            return [
                try weChat(
                    appID: settings.required(.weChatAppID), secret: settings.required(.weChatSecret), settings,
                    names: (.weChatAppID, .weChatSecret))
            ]
        }
        guard try settings.text(.weChatAppID) == nil, try settings.text(.weChatSecret) == nil else {
            throw ConfigurationError(.weChatApps, "set it, or WECHAT_APPID and WECHAT_SECRET, not both")
        }
        var apps: [WeChatConfiguration] = []
        for (number, entry) in list.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
            // A list in a file may have its lines broken.
            let parts = entry.filter { !$0.isWhitespace }.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw ConfigurationError(.weChatApps, "entry \(number + 1) is not appid:secret")
            }
            guard !apps.contains(where: { $0.appID == parts[0] }) else {
                throw ConfigurationError(.weChatApps, "entry \(number + 1) names a mini program that is there already")
            }
            apps.append(
                try weChat(
                    appID: String(parts[0]), secret: String(parts[1]), settings, names: (.weChatApps, .weChatApps)))
        }
        return apps
    }

    /// The AppIDs, for a command that needs no secrets; none when none are set.
    static func appIDs(_ settings: SettingsReader) throws(ConfigurationError) -> [String] {
        if let appID = try settings.text(.weChatAppID) { return [appID] }
        let list = try settings.text(.weChatApps) ?? ""
        return list.split(separator: ",").map { entry in String(entry.filter { !$0.isWhitespace }.prefix { $0 != ":" })
        }
    }

    /// Reads what proves that pushed messages are WeChat's; nil when nothing is set.
    static func push(_ settings: SettingsReader) throws(ConfigurationError) -> PushCredentials? {
        let key = try settings.text(.weChatPushAESKey)
        guard let token = try settings.text(.weChatPushToken) else {
            guard key == nil else { throw ConfigurationError(.weChatPushAESKey, "needs WECHAT_PUSH_TOKEN too") }
            return nil
        }
        guard PushCredentials(token: token) != nil else {
            throw ConfigurationError(.weChatPushToken, "must be 3 to 32 letters and digits")
        }
        guard let credentials = PushCredentials(token: token, encodingAESKey: key) else {
            throw ConfigurationError(.weChatPushAESKey, "must be the 43 letters and digits of WeChat's EncodingAESKey")
        }
        return credentials
    }

    private static func weChat(
        appID: String, secret: String, _ settings: SettingsReader, names: (appID: Setting, secret: Setting)
    ) throws(ConfigurationError) -> WeChatConfiguration {
        let baseURL = try settings.text(.weChatBaseURL) ?? WeChatConfiguration.defaultBaseURL
        let allowsInsecure = try settings.flag(.weChatAllowInsecure, default: false)
        do {
            return try WeChatConfiguration(
                baseURL: baseURL, allowInsecure: allowsInsecure, appID: appID, appSecret: Secret(secret))
        } catch {
            let setting: Setting =
                switch error.field {
                case .appID: names.appID
                case .appSecret: names.secret
                case .baseURL, .limit: .weChatBaseURL
                }
            throw ConfigurationError(setting, error.message)
        }
    }
}
