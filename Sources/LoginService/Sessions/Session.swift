import KoaKit
import NIOCore
import WeChatAPI

/// What a live token stands for; the value that nodes share through Redis.
struct Session: Sendable, Hashable {
    let openID: OpenID
    let userID: Int64

    /// As Redis holds it; the names are fixed, since other systems read them.
    var json: String {
        JSONValue.object([
            JSONMember("openid", .string(openID.rawValue)), JSONMember("userId", .integer(userID)),
        ]).text
    }

    /// Reads what Redis holds; nil for a value of somebody else's.
    init?(json: ByteBuffer) {
        guard let value = try? JSONValue(parsing: json),
            let openID = value["openid"]?.stringValue.flatMap({ OpenID($0) }),
            let userID = value["userId"]?.integerValue
        else { return nil }
        self.init(openID: openID, userID: userID)
    }

    init(openID: OpenID, userID: Int64) {
        self.openID = openID
        self.userID = userID
    }
}

/// Token → session, shared by all nodes.
///
/// Every method throws ``Failure`` 10011 when the store cannot answer in time: that is never "not logged in".
protocol SessionStore: Sendable {
    /// Stores a session and returns once the store has it.
    func store(_ session: Session, for token: SessionToken, timeToLive: Duration) async throws(Failure)

    /// The live session of a token; nil when there definitely is none.
    func session(for token: SessionToken) async throws(Failure) -> Session?

    /// Ends a session on every node.
    func remove(_ token: SessionToken) async throws(Failure)

    /// Succeeds when the store answers.
    func ping() async throws(Failure)
}
