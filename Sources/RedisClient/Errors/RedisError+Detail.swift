extension RedisError {
    /// Fixed words that make a code more precise.
    enum Detail: String {
        case outOfMemory = "no memory for the reply"
        case replyTooLarge = "reply over the size bound"
        case nestedTooDeep = "arrays nested too deep"
        case malformedReply = "not RESP2"
        case surplusReply = "reply without a command"
        case missingReply = "fewer replies than commands"
        case noTransaction = "replies that are not those of a transaction"
        case transactionRefused = "MULTI refused, the commands may have run one by one"
        case unusableCertificates = "certificates or key cannot be used"
        case connectTimeout = "connecting took too long"
        case noSentinel = "no Sentinel answered"
        case unknownMaster = "no Sentinel knows a master of this name"
        case notMaster = "the server is not a master"
        case roleForbidden = "the user may not ask for the server's ROLE"
        case serverMoved = "the master is another server now"
        case stalled = "no reply within the stall limit"
        case closedByServer = "closed by the server"
        case inFlightBound = "too many commands in flight"
        case byteBound = "too many bytes waiting"
        case notTaken = "the connection was lost before the command was taken"
        case waitingBound = "too many commands waiting for a connection"
        case malformedSlotMap = "not a map of the cluster's slots"
        case noSlots = "the node knows of no slots"
        case databaseInCluster = "a cluster has database 0 only"
        case everyPrimary = "a transaction runs on one primary, and holds a command for all of them"
        case ranElsewhere = "other primaries may have run it"
        case nodeBound = "too many nodes in the cluster"
        case serverAsksElsewhere = "the server cannot serve this connection now"
    }

    /// The failure of an attempt to connect: what is known of it already, or what a lower layer threw.
    static func connectFailed(_ error: any Error) -> Self {
        error as? Self ?? Self(.connectFailed, wasSent: false, underlying: error)
    }

    static func protocolViolation(_ detail: Detail) -> Self {
        Self(.protocolViolation, wasSent: true, detail: detail)
    }

    static func unexpectedReply(_ reply: RedisValue, expected: String) -> Self {
        unexpectedReply(RedisDecodingError(reply, expected: expected))
    }

    static func unexpectedReply(_ error: RedisDecodingError) -> Self {
        Self(.unexpectedReply, wasSent: true, underlying: error)
    }

    /// Of a command from elsewhere that finds no connection on the loop; its caller goes on by waiting for one.
    static let notTaken = Self(.connectionLost, wasSent: false, detail: .notTaken)

    static func overloaded(_ detail: Detail) -> Self {
        Self(.overloaded, wasSent: false, detail: detail)
    }

    static func server(_ error: RedisServerError) -> Self {
        Self(.server, wasSent: true, serverError: error)
    }

    /// The same error for a command whose fate on the way to the server differs.
    func with(wasSent: Bool) -> Self {
        Self(code, wasSent: wasSent, serverError: serverError, underlying: underlying, detail: detail)
    }
}
