/// A statement and the parameters bound to it.
///
/// ```swift
/// SQLStatement("SELECT id FROM users WHERE app_id = ? AND open_id = ?", appID, openID)
/// ```
public struct SQLStatement: Sendable {
    /// The text, which holds no data.
    public let text: SQLText

    /// The values, in the order of the text's `?` marks.
    public let parameters: [SQLValue]

    /// Makes a statement.
    ///
    /// - Parameters:
    ///   - text: A literal, or an ``SQLText`` kept elsewhere.
    ///   - parameters: One for each `?`; another number is refused when the statement runs.
    public init(_ text: SQLText, _ parameters: any SQLConvertible...) {
        self.text = text
        self.parameters = parameters.map(\.sqlValue)
    }

    /// Makes a statement from a list of parameters whose length is known at run time.
    public init(_ text: SQLText, parameters: [SQLValue]) {
        self.text = text
        self.parameters = parameters
    }
}
