public import Logging
import NIOCore
import NIOPosix
import RedisClient
import RelationalStore
import WeChatAPI

/// Looks at everything that a node needs, as a node would, and changes nothing.
public struct ServiceCheckup: Sendable {
    let configuration: ServiceConfiguration
    let logger: Logger

    /// Reads the settings, and looks at Redis, the database, WeChat and the clocks; every wait is bounded.
    ///
    /// - Parameters:
    ///   - flags: What the command line said.
    ///   - environment: The environment variables.
    ///   - file: A JSON file with settings.
    ///   - logger: Told of what happens to connections.
    /// - Returns: What was found, in the order in which to repair it; settings that will not do are the only finding.
    public static func run(
        flags: [Setting: String] = [:], environment: [String: String], file: String? = nil, logger: Logger
    ) async -> [CheckupFinding] {
        do {
            let configuration = try await ServiceConfiguration(flags: flags, environment: environment, file: file)
            return await ServiceCheckup(configuration: configuration, logger: logger).findings()
        } catch {
            return [
                CheckupFinding(
                    "settings", .failed, error.description, advice: "`wechat-login serve --help` lists all settings")
            ]
        }
    }

    private func findings() async -> [CheckupFinding] {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let redis = RedisClient(configuration: configuration.redis, eventLoopGroup: group, logger: logger)
        var findings = settingsFindings() + (await redisFindings(redis)) + (await databaseFindings())
        for app in configuration.weChatApps {
            let weChat = WeChatClient(configuration: app, eventLoopGroup: group, logger: logger)
            findings += await weChatFindings(weChat, app)
            await weChat.shutdown()
        }
        await redis.shutdown()
        try? await group.shutdownGracefully()
        return findings
    }

    private func settingsFindings() -> [CheckupFinding] {
        let appIDs = configuration.weChatApps.map(\.appID).joined(separator: ", ")
        var findings = [CheckupFinding("settings", .ok, "complete, for \(appIDs)")]
        if configuration.usesSandbox {
            findings.append(
                CheckupFinding(
                    "settings", .warning, "WECHAT_BASE_URL is a sandbox: nobody is who they say",
                    advice: "leave WECHAT_BASE_URL out where users are real"))
        }
        if configuration.secretKeys.isEphemeral {
            findings.append(
                CheckupFinding(
                    "settings", .warning, "SECRET_KEY is not set: opaque sessions end with the process",
                    advice: "set the same SECRET_KEY on every node: openssl rand -base64 32"))
        }
        if configuration.tokenStyle == .md5 {
            findings.append(
                CheckupFinding(
                    "settings", .warning, "TOKEN_STYLE=md5: whoever knows a user's openid knows the token",
                    advice: "set TOKEN_STYLE=opaque unless older systems read the keys in Redis"))
        }
        if configuration.database.isSQLite {
            findings.append(
                CheckupFinding(
                    "settings", .warning, "DATABASE_URL is SQLite: all nodes must run on this machine",
                    advice: "use MySQL or PostgreSQL for nodes on several machines"))
        }
        return findings
    }
}
