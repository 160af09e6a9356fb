/// One row of a result.
///
/// ```swift
/// let id = try row.value("id", as: Int64.self)
/// let note = try row.value("note", as: String?.self)
/// ```
public struct SQLRow: Sendable {
    private let table: SQLColumns

    /// The values, in the order of the result's columns.
    public let values: [SQLValue]

    init(_ table: SQLColumns, _ values: [SQLValue]) {
        self.table = table
        self.values = values
    }

    /// The names of the columns, in the order of ``values``.
    public var columns: [String] { table.names }

    /// Reads a column by name.
    ///
    /// - Parameters:
    ///   - column: The name as the result has it, in the same letter case; the first, if two columns share it.
    ///   - type: The type to read; ask for an optional where the column may be NULL.
    /// - Returns: The value.
    /// - Throws: ``SQLError`` `.invalidValue` if the column is missing or holds another type.
    public func value<Value: SQLConvertible>(
        _ column: String, as type: Value.Type = Value.self
    ) throws(SQLError) -> Value {
        guard let index = table.index(of: column) else {
            throw SQLError(.invalidValue, message: "the result has no column \(column)")
        }
        guard let value = Value(sqlValue: values[index]) else {
            throw SQLError(
                .invalidValue, message: "column \(column) holds \(values[index].typeName), not \(Value.self)")
        }
        return value
    }
}
