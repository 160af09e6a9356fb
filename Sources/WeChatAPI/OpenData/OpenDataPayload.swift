/// What encrypted open data may hold.
public protocol OpenDataPayload: Decodable, Sendable {
    /// The user it is about; `nil` when it does not say.
    var openID: OpenID? { get }
}
