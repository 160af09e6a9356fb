/// A message that WeChat pushes to a mini program's server.
///
/// - SeeAlso: WeChat Mini Program guide, message push; changes of a user's authorization.
public struct PushMessage: Hashable, Sendable {
    /// What it is about.
    public enum Event: Hashable, Sendable {
        /// `user_info_modified`: the user changed something at WeChat.
        case userInfoModified
        /// `user_authorization_revoke`: the user took back what these numbers stand for.
        case authorizationRevoked(Set<RevokedData>)
        /// `user_authorization_cancellation`: the user ended the account.
        case authorizationCancelled
        /// Any other message.
        case other
    }

    /// What a user took back: the numbers of `RevokeInfo`.
    public enum RevokedData: Int, Sendable {
        /// Nickname and avatar.
        case profile = 6
        /// The phone number.
        case phone = 8
        /// The nickname that the user chose as typed input.
        case typedNickname = 19
        /// The avatar that the user chose as input.
        case chosenAvatar = 20
    }

    /// What it is about.
    public let event: Event
    /// The user it is about; `nil` when it names none.
    public let openID: OpenID?
    /// The mini program; `nil` when it names none.
    public internal(set) var appID: String?

    /// Reads a message.
    ///
    /// - Throws: ``PushError/malformed``.
    init(_ body: [UInt8]) throws(PushError) {
        let fields = try PushFields(body)
        event =
            switch fields["Event"] {
            case "user_info_modified": .userInfoModified
            case "user_authorization_revoke": .authorizationRevoked(Self.revoked(fields["RevokeInfo"] ?? ""))
            case "user_authorization_cancellation": .authorizationCancelled
            default: .other
            }
        openID = (fields["OpenID"] ?? fields["FromUserName"]).flatMap { OpenID($0) }
        appID = fields["AppID"]
        // What is to be erased must say whose it is.
        if event != .other, openID == nil { throw .malformed }
    }

    /// One number or several; those of data that no server keeps, such as 7 for the camera, have no meaning here.
    private static func revoked(_ text: String) -> Set<RevokedData> {
        Set(text.split { !("0"..."9").contains($0) }.compactMap { Int($0).flatMap(RevokedData.init(rawValue:)) })
    }
}
