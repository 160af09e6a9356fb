/// Options that a middleware refuses at setup, since they cannot do what they say.
public struct InvalidOptions: Error, CustomStringConvertible, Sendable {
    /// What is wrong with them.
    public let description: String

    init(_ description: String) { self.description = description }
}
