import FoundationEssentials

/// The token of a third-party platform that acts for mini programs.
struct ComponentToken: Sendable {
    /// How long it lives, in seconds.
    static let timeToLive: TimeInterval = 7_200

    /// The platform's AppID.
    let component: String
    let expiresAt: Date
}
