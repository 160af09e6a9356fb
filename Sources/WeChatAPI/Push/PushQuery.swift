/// What WeChat puts into the URL of a pushed message.
public struct PushQuery: Sendable {
    /// `signature`: of the time and the nonce; `nil` when there is none.
    public var signature: String?
    /// `timestamp`: seconds since 1970.
    public var timestamp: String
    /// `nonce`: any text.
    public var nonce: String
    /// `msg_signature`: of the encrypted message as well; `nil` for a plain one.
    public var messageSignature: String?

    /// Takes the members of a query as they came.
    public init(signature: String?, timestamp: String, nonce: String, messageSignature: String? = nil) {
        self.signature = signature
        self.timestamp = timestamp
        self.nonce = nonce
        self.messageSignature = messageSignature
    }
}
