import ArgumentParser

/// The `wechat-login` command.
@main
struct WeChatLogin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wechat-login",
        abstract: "A login service for WeChat mini programs.",
        discussion: """
            To try it without an AppID, with a Redis on port 6379:

              wechat-login sandbox --port 3999 --appid wx-sandbox --secret sandbox-secret

            and in another terminal:

              wechat-login serve --wechat-appid wx-sandbox --wechat-secret sandbox-secret \\
                --wechat-base-url http://127.0.0.1:3999 --wechat-allow-insecure true
            """,
        subcommands: [
            Serve.self, Migrate.self, Doctor.self, UserCommand.self, SessionCommand.self, SandboxCommand.self,
        ]
    )
}
