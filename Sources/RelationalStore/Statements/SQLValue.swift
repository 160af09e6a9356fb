/// A value as a database holds it.
///
/// The cases are what every driver has in common. Dates and decimals that MySQL sends arrive as ``text(_:)``.
public enum SQLValue: Hashable, Sendable {
    /// No value.
    case null
    /// A signed 64-bit number; a Boolean is 0 or 1.
    case integer(Int64)
    /// A binary floating-point number.
    case double(Double)
    /// UTF-8 text of any length, NUL included.
    case text(String)
    /// Bytes with no character set.
    case blob([UInt8])

    /// The name of the case, safe to print: it shows no data.
    var typeName: String {
        switch self {
        case .null: "NULL"
        case .integer: "integer"
        case .double: "double"
        case .text: "text"
        case .blob: "blob"
        }
    }
}
