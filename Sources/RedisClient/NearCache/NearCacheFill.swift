/// What a near cache's load found in Redis.
public struct NearCacheFill<Value: Sendable>: Sendable {
    /// What to answer now, and to keep.
    public var value: Value
    /// How long the server will keep the key, counted from the call of the load; `nil` when it does not expire.
    ///
    /// Take it from PTTL, asked together with the value: a point in time written by another machine would need two
    /// clocks to agree. Zero or less keeps nothing.
    public var timeToLive: Duration?
    /// About how many bytes of memory the value takes.
    public var byteCount: Int

    /// Makes a fill.
    ///
    /// - Parameters:
    ///   - value: What to answer now, and to keep.
    ///   - timeToLive: How long the server will keep the key; `nil` when it does not expire.
    ///   - byteCount: About how many bytes of memory the value takes.
    public init(_ value: Value, timeToLive: Duration?, byteCount: Int) {
        self.value = value
        self.timeToLive = timeToLive
        self.byteCount = byteCount
    }
}
