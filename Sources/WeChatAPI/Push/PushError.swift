/// Why a pushed message is not taken; holds nothing of the message.
public struct PushError: Error, Hashable, CustomStringConvertible {
    private enum Base: String {
        case unproven, malformed
    }

    private let base: Base

    /// Nothing proves that WeChat sent it, or that it did so just now.
    ///
    /// A wrong signature, a time outside the window, a plain message where messages are encrypted, and a ciphertext that
    /// will not open are all this one error.
    public static let unproven = PushError(.unproven)

    /// WeChat sent it, and it is not a message of the form known here.
    public static let malformed = PushError(.malformed)

    private init(_ base: Base) {
        self.base = base
    }

    /// The name of the error.
    public var description: String { "message push: \(base.rawValue)" }
}
