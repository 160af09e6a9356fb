import ArgumentParser
import Foundation
import LoginService
import RelationalStore

/// `wechat-login user`: what an operator does with users.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Work on the users.",
        subcommands: [Find.self, Show.self, Ban.self, Unban.self, ImportUsers.self]
    )

    /// `wechat-login user import`: takes over the users of a sir-koa system.
    struct ImportUsers: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Take over the users of a sir-koa system, with their ids.",
            discussion: """
                Reads the table user(id, nickname, phone, weapp_openid, …) of another database and adds to DATABASE_URL \
                those who are not there yet. It only reads the other database, and may be run again at any time, also \
                while nodes serve.

                  wechat-login user import --from mysql://user:password@old-host/weapp --appid wx4f4bc4dec97d474b \\
                    --database-url mysql://user:password@host/users

                Users whose id or openid belongs to somebody else here are left out and listed; the exit status is 1 then.
                """
        )

        @Option(help: "Where the older system's database is: a URL as DATABASE_URL takes it.")
        var from: String

        @Option(name: .customLong("appid"), help: "AppID of the mini program that the openids belong to.")
        var appID: String

        @OptionGroup(title: "Settings")
        var settings: DatabaseFlags

        func run() async throws {
            let report: ImportReport
            do {
                let source: DatabaseURL
                do { source = try DatabaseURL(from) } catch { throw ValidationError("--from: \(error.message)") }
                report = try await settings.tasks().importUsers(from: source, appID: appID) { report in
                    FileHandle.standardError.write(Data("\(report.total) users …\n".utf8))
                }
            } catch {
                throw StartFailure(cause: error)
            }
            print("Imported \(report.imported) users; \(report.alreadyThere) were there already.")
            Self.list("Without a usable openid, left out", report.withoutOpenID)
            Self.list("Imported without the phone, which is none or another's", report.withoutPhone)
            Self.list("Imported without the nickname, which cannot be kept", report.withoutNickname)
            Self.list("Left out, as the id or the openid belongs to another user here", report.conflicts)
            if !report.conflicts.isEmpty { throw ExitCode.failure }
        }

        private static func list(_ title: String, _ ids: [Int64]) {
            guard !ids.isEmpty else { return }
            let shown = ids.prefix(50).map(String.init).joined(separator: ", ")
            print("\(title) (\(ids.count)): id \(shown)\(ids.count > 50 ? ", …" : "")")
        }
    }
}
