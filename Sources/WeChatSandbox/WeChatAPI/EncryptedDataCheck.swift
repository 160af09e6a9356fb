import FoundationEssentials
import KoaKit

extension SandboxState {
    /// For how long WeChat knows what it has encrypted, in seconds (WeChat Mini Program API,
    /// user-info.checkEncryptedData).
    private static let memory: TimeInterval = 3 * 86_400

    /// `POST /wxa/business/checkencryptedmsg`: whether WeChat encrypted some phone data (WeChat Mini Program API,
    /// user-info.checkEncryptedData).
    mutating func checkEncryptedData(_ call: APICall) throws(Refusal) -> JSONValue {
        let app = try caller(call, of: .checkEncryptedData)
        let hash = try call.postedObject().text("encrypted_msg_hash", orThrow: .invalidArguments).lowercased()
        guard hash.utf8.count == 64, hash.allSatisfy(\.isHexDigit) else { throw .invalidArguments }
        guard let data = encryptedPhones[hash], data.appid == app.appid,
            clock.now.timeIntervalSince(data.createdAt) < Self.memory
        else { throw .noSuchData }
        // The key is spelled so.
        return [
            "errcode": 0, "errmsg": "ok", "vaild": true,
            "create_time": .integer(Int64(data.createdAt.timeIntervalSince1970)),
        ]
    }
}
