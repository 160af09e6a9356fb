import NIOCore

/// What a server sends by itself to a connection that subscribed.
struct SubscriptionPush {
    let channel: String
    /// The pattern the channel matched, for a pattern subscription.
    let pattern: String?
    /// A bulk string when someone published it; an invalidation has an array of keys, or null for all.
    let payload: RedisValue

    /// Recognizes a push among the replies, with which it shares the stream in RESP2.
    init?(_ value: RedisValue) {
        guard case .array(let elements) = value, case .bulk(let kind)? = elements.first else { return nil }
        if elements.count == 3, kind.holds("message"), case .bulk(let channel) = elements[1] {
            self.channel = String(buffer: channel)
            pattern = nil
            payload = elements[2]
        } else if elements.count == 4, kind.holds("pmessage"), case .bulk(let pattern) = elements[1],
            case .bulk(let channel) = elements[2]
        {
            self.channel = String(buffer: channel)
            self.pattern = String(buffer: pattern)
            payload = elements[3]
        } else {
            return nil
        }
    }
}

extension ByteBuffer {
    /// Answers whether the readable bytes are those of a text.
    func holds(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { readableBytesView.elementsEqual($0) }
    }
}
