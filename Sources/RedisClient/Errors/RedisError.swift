/// Why a command has no result.
///
/// Two errors are equal when their codes are. No part of an error holds a key, an argument, a value or a password.
public struct RedisError: Error, Equatable {
    /// The kind of failure.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Base: String {
            case connectFailed, authenticationFailed, timeout, connectionLost, server, protocolViolation
            case unexpectedReply, overloaded, cancelled, shutdown, crossSlot, tooManyRedirections, needsOwnConnection
        }

        let base: Base

        /// No connection could be made, or none can be had now.
        public static let connectFailed = Self(base: .connectFailed)
        /// The server refused the user and password, or wants some and has none.
        public static let authenticationFailed = Self(base: .authenticationFailed)
        /// No reply came before the deadline.
        public static let timeout = Self(base: .timeout)
        /// The connection ended before the reply.
        public static let connectionLost = Self(base: .connectionLost)
        /// The server replied with an error; see ``RedisError/serverError``.
        public static let server = Self(base: .server)
        /// The server sent what the protocol does not allow.
        public static let protocolViolation = Self(base: .protocolViolation)
        /// The command ran, but its reply is not what it was to be read as; the cause is a ``RedisDecodingError``.
        public static let unexpectedReply = Self(base: .unexpectedReply)
        /// Too many commands or bytes are waiting; this one was not taken.
        public static let overloaded = Self(base: .overloaded)
        /// The caller's task was cancelled.
        public static let cancelled = Self(base: .cancelled)
        /// The client is shut down.
        public static let shutdown = Self(base: .shutdown)

        /// The keys of the command are in several slots of a cluster, which serves a command only in one.
        ///
        /// Give keys that belong together a common hash tag: `s:{42}:a` and `u:{42}` are in one slot. A transaction with
        /// a command that every primary has to run, such as FLUSHALL, is refused with this code, too.
        public static let crossSlot = Self(base: .crossSlot)
        /// The nodes of a cluster sent the command from one to the other, more often than a change in progress
        /// explains; none of them has run it.
        public static let tooManyRedirections = Self(base: .tooManyRedirections)
        /// The command would change or block the connection that all callers share; see ``RedisCommand``.
        public static let needsOwnConnection = Self(base: .needsOwnConnection)

        /// The name of the code.
        public var description: String { base.rawValue }
    }

    /// What went wrong.
    public let code: Code

    /// Whether the command may have reached the server.
    ///
    /// When `false`, the server has not seen it and never will: any command may be sent again. When `true`, only one
    /// that does no harm when run twice.
    public let wasSent: Bool

    /// Whether the command may have had an effect.
    ///
    /// `false` for a command that was not sent, and for one the server refused before it ran. Any command may be sent
    /// again then, though it may be refused again. What one primary of a cluster refused, and others may have run, is
    /// `true`.
    public var mayHaveRun: Bool {
        guard wasSent else { return false }
        guard code == .server, let serverError else { return true }
        return !serverError.isRefusal || detail == .transactionRefused || detail == .ranElsewhere
    }

    /// The error the server replied with, for ``Code/server`` and ``Code/authenticationFailed``.
    public let serverError: RedisServerError?

    /// What a lower layer threw, for ``Code/connectFailed`` and ``Code/connectionLost``; a ``RedisDecodingError`` for
    /// ``Code/unexpectedReply``, and a ``RedisTransactionRefusal`` for a transaction given up.
    public let underlying: (any Error)?

    /// More about the code, in fixed words.
    let detail: Detail?

    init(
        _ code: Code, wasSent: Bool, serverError: RedisServerError? = nil, underlying: (any Error)? = nil,
        detail: Detail? = nil
    ) {
        self.code = code
        self.wasSent = wasSent
        self.serverError = serverError
        self.underlying = underlying
        self.detail = detail
    }

    /// Answers whether the codes are the same.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

extension RedisError: CustomStringConvertible {
    /// The code, whether the command was sent, and the kind of server error.
    public var description: String {
        var text = "RedisError.\(code)"
        if let serverError { text += " \(serverError)" }
        if let detail { text += " (\(detail.rawValue))" }
        if let underlying { text += ", \(underlying)" }
        return text + (wasSent ? ", may have been sent" : ", not sent")
    }
}
