/// Why WeChat did not give what it was asked for.
///
/// Nothing it prints contains the app secret, a code, an access token, an open ID, a session key or a phone number.
public struct WeChatError: Error, Equatable, CustomStringConvertible {
    /// What went wrong.
    public let code: Code

    /// WeChat's own number, when WeChat answered with a refusal.
    public let errcode: Int?

    /// Whether WeChat may have used up the login or phone code although the caller has nothing for it.
    ///
    /// Then only a fresh code can help. Also true for ``Code-swift.struct/codeUsed`` and
    /// ``Code-swift.struct/invalidCode`` when an earlier attempt of the same call may be what used the code,
    /// which tells them from a replay.
    public let isAmbiguous: Bool

    /// What caused it, if anything but WeChat's answer did.
    public let underlying: (any Error)?

    /// Makes an error, for instance for a test double of the client.
    public init(_ code: Code, isAmbiguous: Bool = false, underlying: (any Error)? = nil) {
        self.init(code: code, errcode: nil, isAmbiguous: isAmbiguous, underlying: underlying)
    }

    /// Makes the error for a refusal by WeChat.
    ///
    /// - Parameters:
    ///   - errcode: WeChat's number, not 0.
    ///   - isAmbiguous: See ``isAmbiguous``.
    public init(errcode: Int, isAmbiguous: Bool = false) {
        self.init(code: Code(errcode: errcode), errcode: errcode, isAmbiguous: isAmbiguous, underlying: nil)
    }

    init(code: Code, errcode: Int?, isAmbiguous: Bool, underlying: (any Error)? = nil) {
        self.code = code
        self.errcode = errcode
        self.isAmbiguous = isAmbiguous
        self.underlying = underlying
    }

    /// The same error after an earlier attempt with the same code that may have used it up.
    var afterEarlierAttempt: WeChatError {
        WeChatError(code: code, errcode: errcode, isAmbiguous: true, underlying: underlying)
    }

    /// Compares the codes.
    public static func == (left: WeChatError, right: WeChatError) -> Bool {
        left.code == right.code
    }

    /// One line for a log.
    public var description: String {
        var text = "WeChat: \(code)"
        if let errcode { text += ", errcode \(errcode)" }
        if isAmbiguous { text += ", a code may be used up" }
        if let underlying { text += " (\(underlying))" }
        return text
    }
}
