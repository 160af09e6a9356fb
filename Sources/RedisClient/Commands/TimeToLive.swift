/// How long a key has left.
public enum TimeToLive: Hashable, Sendable {
    /// There is no such key.
    case noKey
    /// The key stays until it is deleted.
    case noExpiry
    /// The key is removed after this time.
    case expires(after: Duration)
}
