import NIOCore

/// One message of a stream of server-sent events (HTML Living Standard, section 9.2).
public struct ServerSentEvent: Sendable {
    /// What a client that reconnects sends as `Last-Event-ID`; nil for none.
    ///
    /// A line end or a NUL in it drops the field.
    public var id: String?
    /// The type that the client dispatches by; nil for `message`.
    ///
    /// A line end in it drops the field.
    public var event: String?
    /// The text; each line is a field of its own and arrives as it was, the line ends as line feeds.
    public var data: String
    /// How long the client waits before it reconnects, to the millisecond; nil to leave it at that.
    public var retry: Duration?

    /// Creates an event.
    ///
    /// - Parameters:
    ///   - data: The text.
    ///   - event: The type. Default: none.
    ///   - id: The identifier. Default: none.
    ///   - retry: How long the client waits before it reconnects. Default: as before.
    public init(data: String, event: String? = nil, id: String? = nil, retry: Duration? = nil) {
        self.id = id
        self.event = event
        self.data = data
        self.retry = retry
    }

    /// The event as it is sent.
    var bytes: ByteBuffer {
        var bytes = ByteBuffer()
        if let event, !event.utf8.contains(where: Self.isLineEnd) { Self.write("event", event[...], to: &bytes) }
        if let id, !id.utf8.contains(where: { Self.isLineEnd($0) || $0 == 0 }) { Self.write("id", id[...], to: &bytes) }
        if let retry { Self.write("retry", "\(max(0, Int64(retry / .milliseconds(1))))", to: &bytes) }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isFieldEnd) {
            Self.write("data", line, to: &bytes)
        }
        bytes.writeStaticString("\n")
        return bytes
    }

    private static func write(_ name: StaticString, _ value: Substring, to bytes: inout ByteBuffer) {
        bytes.writeStaticString(name)
        bytes.writeStaticString(": ")
        bytes.writeSubstring(value)
        bytes.writeStaticString("\n")
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
}

extension Character {
    /// Whether a client takes it for the end of a field; not every newline of Unicode is one.
    fileprivate var isFieldEnd: Bool { self == "\n" || self == "\r" || self == "\r\n" }
}
