/// A Swift type that can be bound as a parameter and read from a row.
///
/// Conversions are strict: text is not parsed into numbers, and a number that does not fit is refused.
public protocol SQLConvertible: Sendable {
    /// The value to bind.
    var sqlValue: SQLValue { get }

    /// Makes an instance from a column's value, or nothing if the value has another type or does not fit.
    init?(sqlValue: SQLValue)
}

extension SQLValue: SQLConvertible {
    /// The value itself.
    public var sqlValue: SQLValue { self }

    /// Takes any value.
    public init?(sqlValue: SQLValue) { self = sqlValue }
}

extension Int64: SQLConvertible {
    /// An ``SQLValue/integer(_:)``.
    public var sqlValue: SQLValue { .integer(self) }

    /// Takes an integer.
    public init?(sqlValue: SQLValue) {
        guard case .integer(let value) = sqlValue else { return nil }
        self = value
    }
}

extension Int: SQLConvertible {
    /// An ``SQLValue/integer(_:)``.
    public var sqlValue: SQLValue { .integer(Int64(self)) }

    /// Takes an integer that fits.
    public init?(sqlValue: SQLValue) {
        guard case .integer(let value) = sqlValue else { return nil }
        self.init(exactly: value)
    }
}

extension Bool: SQLConvertible {
    /// The integer 1 or 0.
    public var sqlValue: SQLValue { .integer(self ? 1 : 0) }

    /// Takes the integers 0 and 1 only.
    public init?(sqlValue: SQLValue) {
        switch sqlValue {
        case .integer(0): self = false
        case .integer(1): self = true
        default: return nil
        }
    }
}

extension Double: SQLConvertible {
    /// An ``SQLValue/double(_:)``.
    public var sqlValue: SQLValue { .double(self) }

    /// Takes a double, or an integer that a double represents exactly.
    public init?(sqlValue: SQLValue) {
        switch sqlValue {
        case .double(let value): self = value
        case .integer(let value): self.init(exactly: value)
        default: return nil
        }
    }
}

extension String: SQLConvertible {
    /// An ``SQLValue/text(_:)``.
    public var sqlValue: SQLValue { .text(self) }

    /// Takes text.
    public init?(sqlValue: SQLValue) {
        guard case .text(let value) = sqlValue else { return nil }
        self = value
    }
}

extension [UInt8]: SQLConvertible {
    /// An ``SQLValue/blob(_:)``.
    public var sqlValue: SQLValue { .blob(self) }

    /// Takes a blob.
    public init?(sqlValue: SQLValue) {
        guard case .blob(let value) = sqlValue else { return nil }
        self = value
    }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    /// The wrapped value, or ``SQLValue/null``.
    public var sqlValue: SQLValue { self?.sqlValue ?? .null }

    /// Takes NULL, and what the wrapped type takes.
    public init?(sqlValue: SQLValue) {
        if case .null = sqlValue {
            self = Self.none
        } else if let value = Wrapped(sqlValue: sqlValue) {
            self = Self.some(value)
        } else {
            return nil
        }
    }
}
