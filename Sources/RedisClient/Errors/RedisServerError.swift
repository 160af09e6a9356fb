/// The first word of an error reply, which says what kind of error it is.
///
/// Redis may repeat the command's arguments in the rest of the text (`ERR unknown command 'x', with args beginning
/// with: …`), so the rest is dropped where the reply is read and cannot reach a log.
public struct RedisServerError: Hashable, Sendable, CustomStringConvertible {
    /// The word, such as `WRONGTYPE`; `ERR` when the text does not start with one.
    public let prefix: String

    /// Where to send the command instead, for ``moved`` and ``ask``.
    let redirection: ClusterRedirection?

    /// Makes an error of its word.
    ///
    /// - Parameter prefix: Capital letters, as Redis writes them.
    public init(prefix: String) {
        self.init(prefix: prefix, redirection: nil)
    }

    private init(prefix: String, redirection: ClusterRedirection?) {
        self.prefix = prefix
        self.redirection = redirection
    }

    /// Answers whether the words are the same.
    public static func == (left: Self, right: Self) -> Bool { left.prefix == right.prefix }

    /// Feeds the word to a hasher.
    ///
    /// - Parameter hasher: Takes the word.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(prefix)
    }

    /// Any error without a kind of its own.
    public static let general = Self(prefix: "ERR")
    /// The script is not in the server's cache.
    public static let noScript = Self(prefix: "NOSCRIPT")
    /// The server is a replica and takes no writes.
    public static let readOnly = Self(prefix: "READONLY")
    /// A replica has lost its primary.
    public static let masterDown = Self(prefix: "MASTERDOWN")
    /// The server is reading its data from disk.
    public static let loading = Self(prefix: "LOADING")
    /// The server is busy with a script.
    public static let busy = Self(prefix: "BUSY")
    /// The server is out of memory for writes.
    public static let outOfMemory = Self(prefix: "OOM")
    /// The key holds another kind of value.
    public static let wrongType = Self(prefix: "WRONGTYPE")
    /// The server wants a password first.
    public static let noAuthentication = Self(prefix: "NOAUTH")
    /// The user or password is wrong.
    public static let wrongPassword = Self(prefix: "WRONGPASS")
    /// The user may not run this command or touch this key.
    public static let noPermission = Self(prefix: "NOPERM")
    /// The slot lives on another node of a cluster.
    public static let moved = Self(prefix: "MOVED")
    /// The slot is on its way to another node of a cluster.
    public static let ask = Self(prefix: "ASK")
    /// Keys of one command are on two nodes while a slot moves.
    public static let tryAgain = Self(prefix: "TRYAGAIN")
    /// The cluster cannot serve.
    public static let clusterDown = Self(prefix: "CLUSTERDOWN")
    /// The keys of one command are not in one slot of a cluster.
    public static let crossSlot = Self(prefix: "CROSSSLOT")
    /// A transaction was given up before it ran.
    public static let executionAborted = Self(prefix: "EXECABORT")
    /// The server takes no writes, as it cannot save them to disk.
    public static let misconfigured = Self(prefix: "MISCONF")
    /// Too few replicas are there for a write.
    public static let noReplicas = Self(prefix: "NOREPLICAS")
    /// There is a value already where RESTORE or MIGRATE would put one.
    public static let busyKey = Self(prefix: "BUSYKEY")
    /// There is no script to kill.
    public static let notBusy = Self(prefix: "NOTBUSY")
    /// The script that runs has written already, so it cannot be killed.
    public static let unkillable = Self(prefix: "UNKILLABLE")
    /// A caller that blocked was let go, since the node is a replica now or lost the slot.
    public static let unblocked = Self(prefix: "UNBLOCKED")
    /// A node of a cluster or a Sentinel is in the middle of a failover.
    public static let inProgress = Self(prefix: "INPROG")
    /// A Sentinel knows no replica that could take over.
    public static let noGoodReplica = Self(prefix: "NOGOODSLAVE")
    /// Too few Sentinels agree.
    public static let noQuorum = Self(prefix: "NOQUORUM")
    /// The protocol version asked for is not known.
    public static let noProtocol = Self(prefix: "NOPROTO")
    /// The other server of a MIGRATE did not answer.
    public static let inputOutput = Self(prefix: "IOERR")
    /// The stream has such a consumer group already.
    public static let busyGroup = Self(prefix: "BUSYGROUP")
    /// The stream has no such consumer group.
    public static let noGroup = Self(prefix: "NOGROUP")
    /// The server speaks only with clients on its own machine (protected mode).
    public static let protectedMode = Self(prefix: "DENIED")

    /// The server turned the client away, being full.
    ///
    /// Redis says so with a plain `ERR`; this word is ours.
    public static let maximumClients = Self(prefix: "MAXCLIENTS")

    /// The word alone.
    public var description: String { prefix }

    /// Whether the server says with this word that nothing ran.
    ///
    /// Not so NOPERM and WRONGTYPE, which a script may end with after it has written. What a script replies with
    /// words of its own (`redis.error_reply`) is its own business.
    public var isRefusal: Bool { Self.refusals.contains(self) }

    /// Whether the word is one of those above.
    var isKnown: Bool { Self.known.contains(self) }

    private static let known = refusals.union([
        .general, .wrongType, .noPermission, .busyKey, .unblocked, .inProgress, .noGoodReplica, .noQuorum,
        .inputOutput, .busyGroup, .noGroup,
    ])

    private static let refusals: Set<Self> = [
        .noScript, .readOnly, .masterDown, .loading, .busy, .outOfMemory, .noAuthentication, .wrongPassword, .moved,
        .ask, .tryAgain, .clusterDown, .crossSlot, .executionAborted, .misconfigured, .noReplicas, .notBusy,
        .unkillable, .noProtocol, .maximumClients, .protectedMode,
    ]

    /// Whether this connection cannot do its part now, and a new one may: it finds another node, or logs in again.
    var callsForReconnect: Bool { self == .readOnly || self == .masterDown || self == .noAuthentication }

    /// Keeps the first word of an error's text, and of a redirection the address.
    init(replyText: UnsafeBufferPointer<UInt8>) {
        // Without a word of its own on the wire, yet not to be taken for the answer to AUTH.
        guard !replyText.starts(with: "ERR max number of clients".utf8) else {
            self = .maximumClients
            return
        }
        let word = replyText.prefix { $0 != UInt8(ascii: " ") }
        let isPrefix = !word.isEmpty && word.count <= 32 && word.allSatisfy(Self.isPrefixByte)
        guard isPrefix else {
            self = .general
            return
        }
        prefix = String(decoding: word, as: UTF8.self)
        let isRedirection = prefix == Self.moved.prefix || prefix == Self.ask.prefix
        redirection = isRedirection ? ClusterRedirection(replyText: replyText) : nil
    }

    private static func isPrefixByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "_")
    }
}
