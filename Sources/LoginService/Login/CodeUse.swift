/// What a login code is for.
///
/// A code that comes again for the same use is a retry, and gets what it got; for another use it was used before.
struct CodeUse: Hashable, Sendable {
    let rawValue: String

    /// A token of a style.
    static func token(_ style: TokenStyle) -> CodeUse { CodeUse(rawValue: style.rawValue) }

    /// A proof of who the user of a session is.
    static let verification = CodeUse(rawValue: "verification")
}
