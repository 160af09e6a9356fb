import ArgumentParser
import KoaKit
import LoginService

/// `wechat-login session`: what an operator does with sessions.
struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session",
        abstract: "List and end the sessions of a user.",
        subcommands: [List.self, End.self, EndAll.self]
    )

    /// `wechat-login session list`.
    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the live sessions of a user, the newest first.",
            discussion: """
                The id of a session names it to `session end`; it is no token.

                  wechat-login session list 42
                """
        )

        @Argument(help: "The user's number: see `wechat-login user find`.") var user: Int64
        @OptionGroup var output: OutputFlags
        @OptionGroup(title: "Settings") var settings: AdministrationFlags

        func perform(_ tasks: AdministrationTasks) async throws -> JSONValue { try await tasks.sessions(of: user) }

        func text(_ data: JSONValue) -> String {
            guard case .array(let sessions)? = data["sessions"], !sessions.isEmpty else { return "No live session." }
            return sessions.map(\.lines).joined(separator: "\n\n")
        }
    }

    /// `wechat-login session end`.
    struct End: AdministrationCommand {
        static let configuration = CommandConfiguration(
            abstract: "End one session of a user, on every node.",
            discussion: """
                The exit status is 1 when the user has no session of this id.

                  wechat-login session end 42 pDVs41oVRK7LPAbWvRHdNW4wYNs
                """
        )

        @Argument(help: "The user's number.") var user: Int64
        @Argument(help: "The session's id: see `wechat-login session list`.") var session: String
        @OptionGroup var output: OutputFlags
        @OptionGroup(title: "Settings") var settings: AdministrationFlags

        func perform(_ tasks: AdministrationTasks) async throws -> JSONValue { try await tasks.end(session, of: user) }
        func isFound(_ data: JSONValue) -> Bool { data.ended > 0 }

        func text(_ data: JSONValue) -> String {
            isFound(data) ? "The session is ended." : "User \(user) has no such session."
        }
    }

    /// `wechat-login session end-all`.
    struct EndAll: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "end-all",
            abstract: "End all sessions of a user, and the logins under way.",
            discussion: """
                On a terminal it asks first; in a script it does not. The user may log in again: see `user ban`.

                  wechat-login session end-all 42
                """
        )

        @Argument(help: "The user's number.") var user: Int64
        @OptionGroup var confirmation: ConfirmationFlags
        @OptionGroup var output: OutputFlags
        @OptionGroup(title: "Settings") var settings: AdministrationFlags

        func perform(_ tasks: AdministrationTasks) async throws -> JSONValue {
            try confirmation.confirm("End all sessions of user \(user)?")
            return try await tasks.endAll(of: user)
        }

        func text(_ data: JSONValue) -> String { "Sessions ended: \(data.ended)." }
    }
}
