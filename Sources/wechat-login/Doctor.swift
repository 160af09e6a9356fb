import ArgumentParser
import Foundation
import KoaKit
import Logging
import LoginService

/// `wechat-login doctor`: says whether a node could serve here, and what to do if not.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check settings, Redis, database, WeChat and clocks.",
        discussion: """
            Takes the settings that `serve` takes, asks everything that a node asks, and changes nothing. WeChat is asked \
            about a code that nobody has, which tells whether it knows AppID and AppSecret. What needs a hand is said with \
            what to do. The exit status is 1 if anything fails; a warning is no failure.

              wechat-login doctor --config /etc/wechat-login.json
            """
    )

    @Option(name: .customLong("config"), help: "A JSON file with settings.")
    var file: String?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup(title: "Settings")
    var settings: SettingFlags

    func run() async throws {
        let findings = await ServiceCheckup.run(
            flags: settings.values, environment: ProcessInfo.processInfo.environment, file: file,
            logger: Logger(label: "wechat-login") { _ in SwiftLogNoOpLogHandler() })
        print(json ? Self.json(findings) : findings.map(Self.line).joined(separator: "\n"))
        if findings.contains(where: { $0.verdict == .failed }) { throw ExitCode.failure }
    }

    private static func line(_ finding: CheckupFinding) -> String {
        let verdict = finding.verdict.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
        let subject = finding.subject.padding(toLength: 9, withPad: " ", startingAt: 0)
        return verdict + subject + finding.message + (finding.advice.map { "\n                 → \($0)" } ?? "")
    }

    private static func json(_ findings: [CheckupFinding]) -> String {
        JSONValue.array(
            findings.map { finding in
                [
                    "subject": .string(finding.subject), "verdict": .string(finding.verdict.rawValue),
                    "message": .string(finding.message), "advice": finding.advice.map(JSONValue.string) ?? nil,
                ]
            }
        ).text
    }
}
