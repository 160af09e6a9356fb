import ArgumentParser
import Foundation
import KoaKit
import Logging
import LoginService

/// The settings of commands that work on users and sessions: those of `serve`, as far as they need them.
struct AdministrationFlags: ParsableArguments {
    @Option(name: .customLong("config"), help: "A JSON file with settings.")
    var file: String?

    @Option(name: .customLong("database-url"), help: "DATABASE_URL")
    var databaseURL: String?

    @Option(name: .customLong("redis-url"), help: "REDIS_URL")
    var redisURL: String?

    @Option(help: "REDIS_SESSION_PREFIX, as on the nodes.")
    var redisSessionPrefix: String?

    @Option(name: .customLong("session-ttl"), help: "SESSION_TTL, as on the nodes.")
    var sessionTTL: String?

    @Option(name: .customLong("wechat-appid"), help: "WECHAT_APPID, to look for users by openid or phone.")
    var weChatAppID: String?

    func tasks() async throws -> AdministrationTasks {
        let given: [(Setting, String?)] = [
            (.databaseURL, databaseURL), (.redisURL, redisURL), (.redisSessionPrefix, redisSessionPrefix),
            (.sessionTTL, sessionTTL), (.weChatAppID, weChatAppID),
        ]
        return try await AdministrationTasks(
            flags: given.reduce(into: [:]) { values, pair in values[pair.0] = pair.1 },
            environment: ProcessInfo.processInfo.environment,
            file: file,
            logger: Logger(label: "wechat-login") { StreamLogHandler.standardError(label: $0) }
        )
    }
}

/// What every one of these commands takes and does.
protocol AdministrationCommand: AsyncParsableCommand {
    var output: OutputFlags { get }
    var settings: AdministrationFlags { get }

    /// Does it; what it returns is printed.
    func perform(_ tasks: AdministrationTasks) async throws -> JSONValue
    /// What it returned, for people.
    func text(_ data: JSONValue) -> String
    /// Whether what it returned is what was asked for.
    func isFound(_ data: JSONValue) -> Bool
}

extension AdministrationCommand {
    func isFound(_ data: JSONValue) -> Bool { true }

    func run() async throws {
        let data: JSONValue
        do {
            data = try await perform(try await settings.tasks())
        } catch let error as ValidationError {
            throw error
        } catch {
            throw StartFailure(cause: error)
        }
        print(output.json ? data.text : text(data))
        if !isFound(data) { throw ExitCode.failure }
    }
}

/// How a command prints what it found.
struct OutputFlags: ParsableArguments {
    @Flag(help: "Print JSON, with the members of the admin API.")
    var json = false
}

/// What must be meant.
struct ConfirmationFlags: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Do not ask on a terminal.")
    var yes = false

    /// Asks, on a terminal only: a script has nobody to answer.
    func confirm(_ question: String) throws {
        guard !yes, isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return }
        FileHandle.standardError.write(Data("\(question) [y/N] ".utf8))
        guard ["y", "yes"].contains(readLine()?.lowercased()) else { throw CleanExit.message("Nothing was changed.") }
    }
}
