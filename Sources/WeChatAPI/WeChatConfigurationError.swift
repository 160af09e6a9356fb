/// One line that names an unusable value of ``WeChatConfiguration``, and never shows a credential.
public struct WeChatConfigurationError: Error, Hashable, CustomStringConvertible {
    /// The line.
    public let message: String

    init(_ message: String) {
        self.message = message
    }

    /// The line.
    public var description: String { message }
}
