import FoundationEssentials
import KoaKit
import NIOCore
import WeChatAPI

/// Takes a user's profile from open data that WeChat signed and encrypted.
struct OpenProfileImport: Sendable {
    let programs: MiniPrograms
    let sessionKeys: SessionKeyStore
    let users: any UserStore

    /// Checks the data, stores the profile, and gives what of it a client may see: neither openId nor unionId.
    ///
    /// - Throws: ``Failure`` 10015 when it cannot be decrypted, 10002 when it is not what was signed or is out of date,
    ///   10016 when it is another user's.
    func take(_ data: SignedOpenData, of session: Session) async throws(Failure) -> JSONValue {
        guard let appID = programs.program(of: session)?.appID else { throw .notLoggedIn }
        let (info, key) = try Self.open(
            data.encrypted, of: session.openID, in: appID,
            with: try await sessionKeys.keys(appID: appID, openID: session.openID))
        guard key.isSignature(data.signature, of: data.rawData) else {
            throw .invalidParameter("signature is not that of rawData")
        }
        // The encryption has no integrity of its own: bits turned in it or in the iv may go through unseen.
        guard info.isSame(as: try Self.read(data.rawData)) else {
            throw .invalidParameter("rawData and encryptedData do not say the same")
        }
        let change = ProfileChange(nickname: Self.text(info.nickname), avatarURL: Self.text(info.avatarURL))
        try Profile.check(change)
        guard try await users.update(session.userID, change) else { throw .notLoggedIn }
        return try Self.visible(data.rawData)
    }

    private static func open(
        _ data: EncryptedOpenData, of openID: OpenID, in appID: String, with keys: [SessionKey]
    ) throws(Failure) -> (OpenUserInfo, SessionKey) {
        for key in keys {
            do {
                return (try data.opened(as: OpenUserInfo.self, with: key, appID: appID, openID: openID), key)
            } catch {
                switch error {
                case .undecipherable: continue
                case .foreignApp: throw .invalidParameter("encryptedData is for another mini program")
                case .foreignUser: throw .forbidden("encryptedData is of another user")
                default: throw .invalidParameter("encryptedData is out of date: get it again")
                }
            }
        }
        throw .staleSessionKey
    }

    private static func read(_ rawData: String) throws(Failure) -> OpenUserInfo {
        do {
            return try JSONDecoder().decode(OpenUserInfo.self, from: Data(rawData.utf8))
        } catch {
            throw .invalidParameter("rawData must be a user's data as JSON")
        }
    }

    private static func text(_ text: String?) -> String? {
        text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// What WeChat signed, member by member, but for whose it is.
    private static func visible(_ rawData: String) throws(Failure) -> JSONValue {
        guard case .object(let members)? = try? JSONValue(parsing: ByteBuffer(string: rawData)) else {
            throw .invalidParameter("rawData must be a user's data as JSON")
        }
        return .object(members.filter { !["openId", "unionId"].contains($0.name) })
    }
}

extension OpenUserInfo {
    /// Whether the profile is the same; who it is of does not count.
    fileprivate func isSame(as other: OpenUserInfo) -> Bool {
        nickname == other.nickname && avatarURL == other.avatarURL && gender == other.gender && city == other.city
            && province == other.province && country == other.country && language == other.language
    }
}
