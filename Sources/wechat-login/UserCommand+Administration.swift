import ArgumentParser
import KoaKit
import LoginService

/// Finding, banning and unbanning users.
extension UserCommand {
    /// `wechat-login user find`.
    struct Find: AdministrationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find users by id, openid, phone or unionid.",
            discussion: """
                Openids and phones are printed shortened: what identifies a user here is the id. The exit status is 1 when \
                nobody is found.

                  wechat-login user find --phone 13012341236
                  wechat-login user find --openid oGZUI0egBJY1zhBYw2KhdUfwVJJE --json
                """
        )

        @Option(help: "The user's number.") var id: Int64?
        @Option(name: .customLong("openid"), help: "The whole openid.") var openID: String?
        @Option(help: "The phone, as it was bound.") var phone: String?
        @Option(name: .customLong("unionid"), help: "The whole unionid.") var unionID: String?
        @OptionGroup var output: OutputFlags
        @OptionGroup(title: "Settings") var settings: AdministrationFlags

        func validate() throws { _ = try criterion() }

        private func criterion() throws -> UserCriterion {
            let given: [UserCriterion?] = [
                id.map { .id($0) }, openID.map { .openID($0) }, phone.map { .phone($0) }, unionID.map { .unionID($0) },
            ]
            let criteria = given.compactMap(\.self)
            guard criteria.count == 1 else {
                throw ValidationError("Give one of --id, --openid, --phone, --unionid, and only one.")
            }
            return criteria[0]
        }

        func perform(_ tasks: AdministrationTasks) async throws -> JSONValue { try await tasks.users(criterion()) }

        func isFound(_ data: JSONValue) -> Bool { data["users"] != [] }

        func text(_ data: JSONValue) -> String {
            guard case .array(let users)? = data["users"], !users.isEmpty else { return "Nobody was found." }
            return users.map(\.lines).joined(separator: "\n\n")
        }
    }

    /// `wechat-login user show`.
    struct Show: AdministrationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a user.",
            discussion: "  wechat-login user show 42")

        @Argument(help: "The user's number.") var id: Int64
        @OptionGroup var output: OutputFlags
        @OptionGroup(title: "Settings") var settings: AdministrationFlags

        func perform(_ tasks: AdministrationTasks) async throws -> JSONValue { try await tasks.user(id) }
        func text(_ data: JSONValue) -> String { data.lines }
    }

    /// `wechat-login user ban`.
    struct Ban: AdministrationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forbid a user to log in, and end the user's sessions.",
            discussion: """
                Holds on every node at once. On a terminal it asks first; in a script it does not.

                  wechat-login user ban 42 --for 7d --reason spam
                  wechat-login user ban 42 --until 2026-12-01T00:00:00Z
                  wechat-login user ban 42 --until forever
                """
        )

        @Argument(help: "The user's number.") var id: Int64
        @Option(help: "A time such as 2026-12-01T00:00:00Z, or forever.") var until: String?
        @Option(name: .customLong("for"), help: "A number with s, m, h or d.") var duration: String?
        @Option(help: "Why, for the audit log.") var reason: String?
        @OptionGroup var confirmation: ConfirmationFlags
        @OptionGroup var output: OutputFlags
        @OptionGroup(title: "Settings") var settings: AdministrationFlags

        func validate() throws {
            guard (until == nil) != (duration == nil) else {
                throw ValidationError("Give --until or --for, and only one.")
            }
        }

        func perform(_ tasks: AdministrationTasks) async throws -> JSONValue {
            try confirmation.confirm("Ban user \(id) and end all sessions?")
            return try await tasks.ban(id, until: until, for: duration, reason: reason)
        }

        func text(_ data: JSONValue) -> String {
            "User \(id) is banned until \(data["bannedUntil"]?.stringValue ?? ""); sessions ended: \(data.ended)."
        }
    }

    /// `wechat-login user unban`.
    struct Unban: AdministrationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a user log in again.",
            discussion: "  wechat-login user unban 42")

        @Argument(help: "The user's number.") var id: Int64
        @OptionGroup var output: OutputFlags
        @OptionGroup(title: "Settings") var settings: AdministrationFlags

        func perform(_ tasks: AdministrationTasks) async throws -> JSONValue { try await tasks.unban(id) }
        func text(_ data: JSONValue) -> String { "User \(id) may log in." }
    }
}
