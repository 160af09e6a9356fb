import ArgumentParser
import CoreMetrics
import Foundation
import Logging
import LoginService
import PrometheusMetrics
import ServiceLifecycle
import UnixSignals

/// `wechat-login serve`: a node of the service.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve logins.",
        discussion: """
            Every setting is an environment variable, a key of the configuration file (a JSON object with the same \
            names) and a flag; a flag beats the environment, the environment beats the file. NAME_FILE names a file \
            that holds the value, such as a mounted secret. SIGTERM and SIGINT stop it gracefully.

            Settings, as environment variables:

            \(Setting.allCases.map { "  \($0.rawValue)\n      \($0.summary)" }.joined(separator: "\n"))
            """
    )

    @Option(name: .customLong("config"), help: "A JSON file with settings.")
    var file: String?

    @OptionGroup(title: "Settings")
    var settings: SettingFlags

    func run() async throws {
        let configuration: ServiceConfiguration
        do {
            configuration = try await ServiceConfiguration(
                flags: settings.values,
                environment: ProcessInfo.processInfo.environment,
                file: file
            )
        } catch {
            throw StartFailure(cause: error)
        }
        let logger = Logger(configuration: configuration)
        let metrics = PrometheusRegistry.forService()
        // What else emits metrics is shown too; without a listener that shows them, they would cost for nothing.
        if configuration.admin != nil { MetricsSystem.bootstrap(metrics) }
        let group = ServiceGroup(
            configuration: .init(
                services: [LoginNode(configuration: configuration, logger: logger, metrics: metrics)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch {
            throw StartFailure(cause: error)
        }
    }
}
