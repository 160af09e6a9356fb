/// Why open data is not taken; holds nothing of the data.
public struct OpenDataError: Error, Hashable, CustomStringConvertible {
    private enum Base: String {
        case undecipherable, foreignApp, foreignUser, outdated
    }

    private let base: Base

    /// It is not what WeChat encrypts with this session key.
    ///
    /// Malformed Base64, a wrong length, wrong padding, text that is no JSON and missing fields are all this one error:
    /// told apart, they would be an oracle for whoever sends altered data. The likely cause is a session key that
    /// WeChat has replaced since: ask the client for a new `wx.login`.
    public static let undecipherable = OpenDataError(.undecipherable)

    /// Its watermark names another mini program.
    public static let foreignApp = OpenDataError(.foreignApp)

    /// It names another user than the one whose session it came with.
    public static let foreignUser = OpenDataError(.foreignUser)

    /// The time in its watermark is too long ago, or in the future.
    public static let outdated = OpenDataError(.outdated)

    private init(_ base: Base) {
        self.base = base
    }

    /// The name of the error.
    public var description: String { "open data: \(base.rawValue)" }
}
