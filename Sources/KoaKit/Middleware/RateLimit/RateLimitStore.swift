/// Counts the hits of each key within a window that slides with time.
///
/// ``MemoryRateLimitStore`` serves one process; a store that processes share makes a limit hold for all of them.
public protocol RateLimitStore: Sendable {
    /// Records a hit, unless that would be one more than the limit.
    ///
    /// Recording and deciding are one step: of hits that come at once, no more than the limit pass. A rejected hit is
    /// not recorded, so a client that goes on trying is let in again as soon as its earlier hits have left the window.
    ///
    /// - Parameters:
    ///   - key: Who hits.
    ///   - limit: How many hits a window holds, 1 or more.
    ///   - window: How long a hit counts.
    /// - Returns: Whether the hit passes.
    /// - Throws: Any error when the store cannot answer; ``RateLimit/Options/outagePolicy`` says what happens then.
    func recordHit(of key: String, limit: Int, window: Duration) async throws -> RateLimitDecision
}

/// What a store says of a hit.
public struct RateLimitDecision: Hashable, Sendable {
    /// Whether the hit was within the limit, and recorded.
    public var isAllowed: Bool
    /// How many more hits the window holds now.
    public var remaining: Int
    /// How long until the oldest hit leaves the window, and makes room for another.
    public var resetAfter: Duration

    /// Creates a decision.
    ///
    /// - Parameters:
    ///   - isAllowed: Whether the hit was recorded.
    ///   - remaining: How many more hits the window holds now.
    ///   - resetAfter: How long until the oldest hit leaves the window.
    public init(isAllowed: Bool, remaining: Int, resetAfter: Duration) {
        self.isAllowed = isAllowed
        self.remaining = remaining
        self.resetAfter = resetAfter
    }
}
