/// One line that names an unusable value of ``WeChatConfiguration``, and never shows a credential.
public struct WeChatConfigurationError: Error, Hashable, CustomStringConvertible {
    /// A value of the configuration.
    public enum Field: Hashable, Sendable {
        /// ``WeChatConfiguration/baseURL``.
        case baseURL
        /// ``WeChatConfiguration/appID``.
        case appID
        /// ``WeChatConfiguration/appSecret``.
        case appSecret
        /// A time or a size.
        case limit
    }

    /// Which value it is.
    public let field: Field
    /// The line.
    public let message: String

    init(_ field: Field, _ message: String) {
        self.field = field
        self.message = message
    }

    /// The line.
    public var description: String { message }
}
