/// Names a value that a session holds, and its type.
///
/// ```swift
/// enum CurrentUser: SessionValueKey {
///     typealias Value = UserID
///     static let name = "user"
/// }
/// try ctx.session[CurrentUser.self] = user.id
/// ```
public protocol SessionValueKey {
    /// The type of the value, kept as JSON.
    associatedtype Value: Codable & Sendable
    /// What the value is called in the store.
    ///
    /// It outlives the process: another name is another value.
    static var name: String { get }
}
