import Crypto
import FoundationEssentials
import KoaKit

/// What a mini program gets of a user's data, and sends to its own server.
public struct OpenData: Hashable, Sendable {
    /// The data as JSON text.
    public let rawData: String
    /// Of the raw data: 40 hexadecimal digits.
    public let signature: String
    /// The data and its watermark, encrypted, in Base64.
    public let encryptedData: String
    /// The initialization vector, 16 bytes in Base64.
    public let iv: String
}

/// Phone data that WeChat remembers to have encrypted.
struct EncryptedPhone: Sendable {
    let appid: String
    let createdAt: Date
}

extension SandboxState {
    /// Encrypts a user's data under their current session_key, a new one when that has expired.
    ///
    /// As from `getUserInfo`, the encrypted data has openId, unionId and watermark besides, unless `data` has its own;
    /// a null leaves one out. Phone data has the watermark only.
    ///
    /// - Returns: Nil when encryption fails.
    mutating func makeOpenData(of data: [JSONMember], for id: UserID) -> OpenData? {
        let now = clock.now
        var user = user(id)
        user.renewExpiredKey(at: now)
        keep(user, as: id)

        let isPhone = data.contains { ["phoneNumber", "purePhoneNumber"].contains($0.name) }
        var members = data
        func add(_ name: String, _ value: JSONValue?, at index: Int) {
            guard let value, !data.contains(where: { $0.name == name }) else { return }
            members.insert(JSONMember(name, value), at: index)
        }
        if !isPhone {
            add("openId", .string(Identifiers.openID(of: id)), at: 0)
            add("unionId", apps[id.appid]?.unionID(of: id.name).map(JSONValue.string), at: members.count)
        }
        add("watermark", .watermark(appid: id.appid, at: clock.unadvanced), at: members.count)
        members.removeAll { ["openId", "unionId", "watermark"].contains($0.name) && $0.value == .null }

        let key = SessionKey(user.sessionKey)
        let iv = Identifiers.makeRandomBytes(count: 16)
        guard let encrypted = key.encrypt(JSONValue.object(members).text, iv: iv) else { return nil }
        let text = encrypted.base64EncodedString()
        if isPhone {
            // Which of the two is meant, WeChat does not say.
            for hash in [SHA256.hash(data: Data(text.utf8)).hex, SHA256.hash(data: encrypted).hex] {
                encryptedPhones.set(EncryptedPhone(appid: id.appid, createdAt: now), for: hash)
            }
        }
        let rawData = JSONValue.object(data).text
        return OpenData(
            rawData: rawData, signature: key.openDataSignature(of: rawData), encryptedData: text,
            iv: iv.base64EncodedString())
    }
}

extension JSONValue {
    /// What WeChat puts into data so that it says whose and how old it is.
    static func watermark(appid: String, at time: Date) -> JSONValue {
        ["timestamp": .integer(Int64(time.timeIntervalSince1970)), "appid": .string(appid)]
    }
}
