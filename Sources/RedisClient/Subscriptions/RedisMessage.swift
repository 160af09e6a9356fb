public import NIOCore

/// A message someone published.
public struct RedisMessage: Sendable, Hashable {
    /// The channel it was published to.
    public let channel: String
    /// The pattern the channel matched, when it came by a pattern; `nil` when the channel itself was subscribed to.
    public let pattern: String?
    /// What was published.
    public let payload: ByteBuffer

    /// Makes a message, as for a test of what reads them.
    ///
    /// - Parameters:
    ///   - channel: The channel it was published to.
    ///   - pattern: The pattern the channel matched; `nil` when the channel itself was subscribed to.
    ///   - payload: What was published.
    public init(channel: String, pattern: String? = nil, payload: ByteBuffer) {
        self.channel = channel
        self.pattern = pattern
        self.payload = payload
    }

    var byteCount: Int { channel.utf8.count + (pattern?.utf8.count ?? 0) + payload.readableBytes }
}

extension RedisMessage: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The size of the payload; neither channel nor payload, which may be secret.
    public var description: String { "RedisMessage(\(payload.readableBytes) bytes)" }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
