/// What went wrong with a database, in terms that do not depend on its vendor.
///
/// No message holds a parameter, a row's value, a URL or a password.
public struct SQLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened; decide by this.
    public let kind: Kind

    /// What happened, in words, for logs.
    public let message: String

    /// The five characters of SQLSTATE, where the server sent them.
    public let sqlState: String?

    /// The vendor's number: SQLite's extended result code, or MySQL's error number; PostgreSQL has none.
    public let vendorCode: Int?

    /// Whether the work certainly had no effect and may succeed when repeated.
    public let isSafeToRetry: Bool

    /// Whether the work may have been done although it failed: look before repeating it.
    public let isAmbiguous: Bool

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - kind: What happened.
    ///   - message: Words for logs; must not hold data.
    ///   - sqlState: SQLSTATE, if known.
    ///   - vendorCode: The vendor's number, if there is one.
    ///   - isSafeToRetry: Whether nothing was done and a retry may work.
    ///   - isAmbiguous: Whether the work may have been done.
    public init(
        _ kind: Kind, message: String, sqlState: String? = nil, vendorCode: Int? = nil,
        isSafeToRetry: Bool = false, isAmbiguous: Bool = false
    ) {
        self.kind = kind
        self.message = message
        self.sqlState = sqlState
        self.vendorCode = vendorCode
        self.isSafeToRetry = isSafeToRetry
        self.isAmbiguous = isAmbiguous
    }

    /// The kind, the vendor's number or SQLSTATE, and the message.
    public var description: String {
        let code = (vendorCode.map { "\($0)" } ?? sqlState).map { " (\($0))" } ?? ""
        return "\(kind)\(code): \(message)"
    }

    /// The same error of a connection that was never had: nobody was given anything to do on it.
    var whileConnecting: SQLError {
        let isNone = kind == .connectionLost || kind == .other
        return SQLError(
            isNone ? .unavailable : kind, message: message, sqlState: sqlState, vendorCode: vendorCode,
            isSafeToRetry: kind != .accessDenied)
    }

    /// The same error, marked as one after which the work may have been done.
    var asAmbiguous: SQLError {
        SQLError(kind, message: message, sqlState: sqlState, vendorCode: vendorCode, isAmbiguous: true)
    }
}
