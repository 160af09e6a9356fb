import RedisClient
import RelationalStore

/// Where sessions and users are kept, for the commands too that read no other settings.
extension ServiceConfiguration {
    static func sessionTimeToLive(_ settings: SettingsReader) throws(ConfigurationError) -> Duration {
        try settings.duration(
            .sessionTTL, default: .seconds(7 * 86_400), in: .seconds(1)...(.seconds(366 * 86_400)))
    }

    static func sessionPrefix(_ settings: SettingsReader) throws(ConfigurationError) -> String {
        let prefix = try settings.text(.redisSessionPrefix) ?? "session:"
        guard SessionKeyspace.accepts(prefix: prefix) else {
            throw ConfigurationError(.redisSessionPrefix, "braces must be one hash tag, such as {app}:")
        }
        return prefix
    }

    static func redis(_ settings: SettingsReader) throws(ConfigurationError) -> RedisConfiguration {
        do {
            return try RedisConfiguration(url: try settings.text(.redisURL) ?? "redis://127.0.0.1:6379/0")
        } catch let error as RedisConfigurationError {
            throw ConfigurationError(.redisURL, error.description)
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError(.redisURL, "cannot be used")
        }
    }

    static func database(_ settings: SettingsReader) throws(ConfigurationError) -> DatabaseURL {
        let text = try settings.text(.databaseURL) ?? "sqlite:data/users.sqlite3"
        do {
            return try DatabaseURL(text)
        } catch {
            throw ConfigurationError(.databaseURL, error.message)
        }
    }
}
