import ArgumentParser
import Foundation
import Logging
import LoginService

/// The settings of commands that need the database and nothing else.
struct DatabaseFlags: ParsableArguments {
    @Option(name: .customLong("config"), help: "A JSON file with settings.")
    var file: String?

    @Option(name: .customLong("database-url"), help: "DATABASE_URL: \(Setting.databaseURL.summary)")
    var databaseURL: String?

    func tasks() async throws -> DatabaseTasks {
        try await DatabaseTasks(
            flags: databaseURL.map { [.databaseURL: $0] } ?? [:],
            environment: ProcessInfo.processInfo.environment,
            file: file,
            logger: Logger(label: "wechat-login") { StreamLogHandler.standardError(label: $0) }
        )
    }
}
