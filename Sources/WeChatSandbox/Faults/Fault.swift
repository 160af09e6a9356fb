/// A bad day of WeChat's: how the next calls misbehave.
public struct Fault: Hashable, Sendable {
    /// What goes wrong.
    ///
    /// The raw value is the name in the control plane. A call that is spared has no effect: its code is not spent, no
    /// token is made. There is no kind for TLS: the sandbox has none, so an https client of it fails its handshake.
    public enum Kind: String, Sendable, CaseIterable {
        /// A proper answer, late. The call takes effect on arrival.
        case delay
        /// No answer, for as long as the client waits. The call is spared.
        case hang
        /// The connection is reset. The call is spared.
        case reset
        /// The call takes effect and the connection is reset, so a retry with the same login code is answered 40163.
        case resetAfterCommit = "reset_after_commit"
        /// `{"errcode":-1,"errmsg":"system error…"}`. The call is spared.
        case busy
        /// Any refusal: the one that ``Fault/errcode`` names. The call is spared.
        case errcode
        /// HTTP 500 with a page of HTML. The call is spared.
        case status500 = "status_500"
        /// HTTP 200 with a page of HTML. The call is spared.
        case html
        /// HTTP 200 without content. The call is spared.
        case empty
        /// A proper answer that breaks off in the middle. The call takes effect.
        case truncated
        /// 50 MB of JSON. The call is spared.
        case huge
        /// A proper answer whose openid is the empty string; so is the access_token, or the phone number, of an API
        /// that answers those. The call takes effect.
        case emptyOpenID = "empty_openid"
        /// A refusal whose number is a string, `{"errcode":"40029",…}`: 40125 from the token APIs, 87009 from those
        /// of the session_key, 40029 from those of codes, 40001 from the others. The call is spared.
        case stringErrcode = "string_errcode"
        /// A proper answer that has each member twice, the second time with another value. The call takes effect.
        case duplicateKeys = "duplicate_keys"
        /// A proper answer among members that no documentation has. The call takes effect.
        case unknownFields = "unknown_fields"
        /// A proper answer that says it is in GBK, and has a member that is. The call takes effect.
        case wrongCharset = "wrong_charset"

        /// Whether the call ends before it is looked at.
        var sparesTheCall: Bool {
            switch self {
            case .delay, .resetAfterCommit, .truncated, .emptyOpenID, .duplicateKeys, .unknownFields, .wrongCharset:
                false
            case .hang, .reset, .busy, .errcode, .status500, .html, .empty, .huge, .stringErrcode: true
            }
        }
    }

    /// What goes wrong.
    public var kind: Kind
    /// How long the sandbox waits before it does so.
    public var delay: Duration
    /// The refusal of ``Kind/errcode``; nil for all other kinds.
    public var errcode: Int?

    /// Creates a fault.
    ///
    /// - Parameters:
    ///   - kind: What goes wrong.
    ///   - delay: Up to 100 s. Default: 1 s for `.delay`, else none.
    public init(_ kind: Kind, delay: Duration? = nil) {
        self.kind = kind
        self.delay = delay ?? (kind == .delay ? .seconds(1) : .zero)
        errcode = kind == .errcode ? Refusal.systemError.errcode : nil
    }

    /// Creates a refusal.
    ///
    /// - Parameters:
    ///   - errcode: WeChat's number for it, such as 45009.
    ///   - delay: Up to 100 s. Default: none.
    public init(errcode: Int, delay: Duration? = nil) {
        self.init(.errcode, delay: delay)
        self.errcode = errcode
    }
}
