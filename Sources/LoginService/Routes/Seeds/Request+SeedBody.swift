import KoaKit
import NIOCore

extension Request {
    /// Reads a body as the older systems do: JSON, or a form; none at all has no members.
    ///
    /// - Parameters:
    ///   - type: What to decode; its members are optional.
    ///   - limit: In bytes. Default: 64 KiB.
    /// - Returns: The decoded value.
    /// - Throws: `HTTPError` as ``KoaKit/Request/decode(_:upTo:)`` does.
    func decodeSeedBody<Value: Decodable>(
        _ type: Value.Type = Value.self, upTo limit: Int = defaultMaximumBodySize
    ) async throws -> Value {
        if self.type == "application/x-www-form-urlencoded" { return try await decodeForm(upTo: limit) }
        if try await bytes(upTo: limit).readableBytes == 0 { return try Form().decode() }
        return try await decode(upTo: limit)
    }
}
