public import NIOCore

extension NearCache {
    /// Makes a cache of string values, read with GET and PTTL in one round trip.
    ///
    /// - Parameters:
    ///   - client: Reads the values, and says where changes are heard.
    ///   - configuration: What to hold, how much, and how long.
    ///   - decode: Turns the bytes of a key into what is kept, once for all who ask; `nil` answers as if there were no
    ///     such key. The size of the bytes counts as the size of the value.
    public convenience init(
        client: RedisClient, configuration: NearCacheConfiguration,
        decode: @escaping @Sendable (ByteBuffer) -> Value?
    ) {
        self.init(client: client, configuration: configuration) { key throws(RedisError) in
            let (timeToLive, bytes) = try await client.pipeline(.timeToLive(key), .get(key))
            guard let bytes = try bytes.get(), let value = decode(bytes) else { return nil }
            let life: Duration?
            switch try timeToLive.get() {
            case .expires(let after): life = after
            case .noExpiry: life = nil
            // Made between the two commands: a change, which is heard as well.
            case .noKey: life = .zero
            }
            return NearCacheFill(value, timeToLive: life, byteCount: bytes.readableBytes)
        }
    }
}
