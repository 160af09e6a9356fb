/// An API of WeChat's that can be told to misbehave.
public enum SandboxEndpoint: String, Sendable, CaseIterable {
    /// `GET /sns/jscode2session`.
    case code2Session = "jscode2session"
}

/// A bad day of WeChat's: how the next calls misbehave.
public struct Fault: Hashable, Sendable {
    /// What goes wrong.
    ///
    /// The raw value is the name in the control plane.
    public enum Kind: String, Sendable, CaseIterable {
        /// A proper answer, late. The code is spent on arrival.
        case delay
        /// No answer, for as long as the client waits. The code is not spent.
        case hang
        /// The connection is reset. The code is not spent.
        case reset
        /// The code is spent and the connection reset, so a retry with the same code is answered 40163.
        case resetAfterCommit = "reset_after_commit"
        /// `{"errcode":-1,"errmsg":"system error…"}`. The code is not spent.
        case busy
        /// HTTP 500 with a page of HTML. The code is not spent.
        case status500 = "status_500"
        /// HTTP 200 with a page of HTML. The code is not spent.
        case html
        /// A proper answer that breaks off in the middle. The code is spent.
        case truncated
        /// 50 MB of JSON. The code is not spent.
        case huge
        /// A proper answer whose openid is the empty string. The code is spent.
        case emptyOpenID = "empty_openid"
        /// `{"errcode":"40029",…}`, the number as a string. The code is not spent.
        case stringErrcode = "string_errcode"
    }

    /// What goes wrong.
    public var kind: Kind
    /// How long the sandbox waits before it does so.
    public var delay: Duration

    /// Creates a fault.
    ///
    /// - Parameters:
    ///   - kind: What goes wrong.
    ///   - delay: Up to 100 s. Default: 1 s for `.delay`, else none.
    public init(_ kind: Kind, delay: Duration? = nil) {
        self.kind = kind
        self.delay = delay ?? (kind == .delay ? .seconds(1) : .zero)
    }
}
