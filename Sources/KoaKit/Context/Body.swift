public import NIOCore

/// The body of a response: an explicit choice, so that nothing is inferred from a null.
public enum Body: Sendable {
    /// Nothing was chosen. The reply carries the reason phrase of its status as text, as Koa's does.
    case unset
    /// No content: 204 unless another status was chosen.
    case empty
    /// Text; `text/html` when its first non-blank character is `<`, else `text/plain`, both UTF-8.
    case text(String)
    /// Bytes; `application/octet-stream` unless a type was set.
    case bytes(ByteBuffer)
    /// JSON, serialised after the middleware have finished.
    case json(JSONValue)
    /// Any `Encodable`, serialised as JSON after the middleware have finished.
    case encodable(any Encodable & Sendable)
    /// Bytes that are sent while they are made; `application/octet-stream` unless a type was set.
    case stream(ResponseStream)

    /// A value as JSON.
    ///
    /// A literal is a ``JSONValue``, which is written several times as fast.
    @_disfavoredOverload
    public static func json(_ value: some Encodable & Sendable) -> Body { .encodable(value) }
}
