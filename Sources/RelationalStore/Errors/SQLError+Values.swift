extension SQLError {
    static func parameterCount(_ expected: Int, _ given: Int) -> SQLError {
        SQLError(.invalidValue, message: "the statement takes \(expected) parameters, not \(given)")
    }

    static let textIsNotUTF8 = SQLError(.invalidValue, message: "a text column holds bytes that are not UTF-8")
    static let textHoldsNUL = SQLError(.invalidValue, message: "PostgreSQL stores no NUL in text; use a blob")
    static let integerIsTooLarge = SQLError(.invalidValue, message: "an unsigned number exceeds 64 signed bits")
}
