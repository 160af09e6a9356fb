/// The proxies whose `X-Forwarded-…` fields are believed.
public struct TrustedProxies: Sendable {
    enum Rule: Sendable {
        case none
        case hops(Int)
    }

    let rule: Rule

    /// None: forwarded fields are ignored.
    public static let none = Self(rule: .none)
}
