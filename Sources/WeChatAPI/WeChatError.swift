/// Why WeChat did not give an identity for a login code.
///
/// Nothing it prints contains the app secret, the login code, an open ID or a session key.
public struct WeChatError: Error, Equatable, CustomStringConvertible {
    /// What went wrong.
    public let code: Code

    /// WeChat's own number, when WeChat answered with a refusal.
    public let errcode: Int?

    /// Whether WeChat may have used up the login code although the caller has no identity.
    ///
    /// Then only a fresh code from `wx.login` can help. Also true for ``Code-swift.struct/codeUsed`` and
    /// ``Code-swift.struct/invalidCode`` when an earlier attempt of the same exchange may be what used the code,
    /// which tells them from a replay.
    public let isAmbiguous: Bool

    /// What caused it, if anything but WeChat's answer did.
    public let underlying: (any Error)?

    /// Makes an error, for instance for a test double of the exchange.
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

    private init(code: Code, errcode: Int?, isAmbiguous: Bool, underlying: (any Error)?) {
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
        if isAmbiguous { text += ", the login code may be used up" }
        if let underlying { text += " (\(underlying))" }
        return text
    }
}
