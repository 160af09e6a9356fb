import FoundationEssentials
import KoaKit
import NIOCore
import WeChatAPI

/// A session key with the login that brought it.
struct StoredSessionKey: Sendable, Hashable {
    let key: SessionKey
    /// The login that produced it.
    let loginID: String
    /// When WeChat was asked and when it had answered, milliseconds since 1970: somewhere between, it made the key.
    let began: Int64
    let ended: Int64

    init(key: SessionKey, loginID: String, began: Date, ended: Date) {
        self.key = key
        self.loginID = loginID
        self.began = Int64((began.timeIntervalSince1970 * 1_000).rounded())
        self.ended = Int64((ended.timeIntervalSince1970 * 1_000).rounded())
    }

    /// Whether nobody but WeChat can tell which of the two is newer.
    func isOfTheSameTime(as other: StoredSessionKey) -> Bool {
        began <= other.ended && other.began <= ended
    }

    var json: String {
        JSONValue.object([
            JSONMember("key", .string(key.rawValue)), JSONMember("login", .string(loginID)),
            JSONMember("began", .integer(began)), JSONMember("ended", .integer(ended)),
        ]).text
    }

    init?(json: some Sequence<UInt8>) {
        guard let value = try? JSONValue(parsing: ByteBuffer(bytes: json)),
            let key = value["key"]?.stringValue.flatMap({ SessionKey($0) }),
            let loginID = value["login"]?.stringValue, let began = value["began"]?.integerValue,
            let ended = value["ended"]?.integerValue
        else { return nil }
        (self.key, self.loginID, self.began, self.ended) = (key, loginID, began, ended)
    }
}
