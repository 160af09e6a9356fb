import Glibc
public import Logging

extension Logger {
    /// The logger of a node, on standard error, as `LOG_LEVEL` and `LOG_FORMAT` say.
    public init(configuration: ServiceConfiguration) {
        let isTerminal = isatty(STDERR_FILENO) == 1
        let format = configuration.logFormat ?? (isTerminal ? .text : .json)
        self.init(label: "wechat-login") { label in
            switch format {
            case .text: StreamLogHandler.standardError(label: label)
            case .json: JSONLogHandler()
            }
        }
        logLevel = configuration.logLevel
    }
}
