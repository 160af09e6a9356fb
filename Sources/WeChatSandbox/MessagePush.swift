import Crypto
import FoundationEssentials
import KoaKit

/// A message as WeChat pushes it to a mini program's server.
public struct MessagePush: Hashable, Sendable {
    /// How the body is written: a choice of the mini program's.
    public enum Format: String, Sendable, CaseIterable {
        /// `application/json`.
        case json
        /// `text/xml`.
        case xml
    }

    /// `signature=…&timestamp=…&nonce=…`, which go into the URL.
    public let query: String
    /// The `Content-Type` of the body.
    public let contentType: String
    /// To be posted.
    public let body: String
}

extension Sandbox {
    /// Makes the message that WeChat pushes when a user changes or takes back what they allowed (WeChat Mini Program
    /// guide, "message push").
    ///
    /// - Parameters:
    ///   - event: Such as `user_authorization_revoke` or `user_authorization_cancellation`; 1 to 64 lowercase letters
    ///     and underscores.
    ///   - user: As of ``makeLoginCode(for:appid:risk:)``.
    ///   - token: The Token of the server's settings at WeChat, 3 to 32 letters and digits: the signature is made of it.
    ///   - revokeInfo: What the user took back, such as `8` for the phone; digits. Default: left out.
    ///   - format: Default: JSON.
    ///   - appid: In which app. Default: the sandbox's only one.
    /// - Returns: To be posted to the server.
    /// - Throws: ``SandboxError`` `.invalidUser`, `.invalidData`, `.unknownApp` or `.appNeeded`.
    public func makeMessagePush(
        of event: String,
        about user: String,
        token: String,
        revokeInfo: String? = nil,
        format: MessagePush.Format = .json,
        appid: String? = nil
    ) throws(SandboxError) -> MessagePush {
        let id = try userID(user, appid)
        guard (1...64).contains(event.utf8.count), event.utf8.allSatisfy({ $0 == 0x5F || (0x61...0x7A).contains($0) })
        else { throw SandboxError(.invalidData, "event must be 1 to 64 lowercase letters and underscores") }
        guard (3...32).contains(token.utf8.count), token.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else { throw SandboxError(.invalidData, "token must be 3 to 32 letters and digits") }
        guard revokeInfo?.utf8.allSatisfy({ (0x30...0x39).contains($0) }) ?? true, revokeInfo?.utf8.count ?? 1 <= 8
        else { throw SandboxError(.invalidData, "revokeInfo must be up to 8 digits") }
        let timestamp = Int64(withState { $0.clock.unadvanced }.timeIntervalSince1970)
        return MessagePush(
            event: event, id: id, token: token, revokeInfo: revokeInfo, timestamp: timestamp, format: format)
    }
}

extension MessagePush {
    fileprivate init(
        event: String,
        id: UserID,
        token: String,
        revokeInfo: String?,
        timestamp: Int64,
        format: Format
    ) {
        let nonce = String(UInt32.random(in: .min ... .max))
        let signed = [token, String(timestamp), nonce].sorted().joined()
        let signature = Insecure.SHA1.hash(data: Data(signed.utf8)).hex
        query = "signature=\(signature)&timestamp=\(timestamp)&nonce=\(nonce)"

        let openID = Identifiers.openID(of: id)
        var texts = [
            ("ToUserName", "gh_0123456789ab"), ("FromUserName", openID), ("MsgType", "event"), ("Event", event),
            ("OpenID", openID), ("AppID", id.appid), ("PluginID", ""), ("OpenPID", ""),
        ]
        if let revokeInfo { texts.append(("RevokeInfo", revokeInfo)) }
        switch format {
        case .json:
            contentType = "application/json"
            let members = texts.map { JSONMember($0.0, .string($0.1)) }
            body = JSONValue.object(members + [JSONMember("CreateTime", .integer(timestamp))]).text
        case .xml:
            contentType = "text/xml"
            let elements = texts.map { "<\($0.0)><![CDATA[\($0.1)]]></\($0.0)>" }.joined()
            body = "<xml>\(elements)<CreateTime>\(timestamp)</CreateTime></xml>"
        }
    }
}
