extension RedisOperation<Int> {
    /// Deletes a key (DEL); the output is how many keys there were to delete, 0 or 1.
    public static func delete(_ key: String) -> Self {
        Self(.key(.delete(key)))
    }

    /// Deletes keys in one step (DEL); the output is how many of them there were.
    ///
    /// - Parameter keys: At least one.
    /// - Returns: The operation.
    public static func delete(_ keys: [String]) -> Self {
        Self("DEL", keys.map(RedisArgument.string))
    }

    /// Removes a key, and lets the server free its memory later (UNLINK); the output is how many keys there were.
    public static func unlink(_ key: String) -> Self {
        Self(.key(.unlink(key)))
    }

    /// Removes keys in one step, and lets the server free their memory later (UNLINK); the output is how many of
    /// them there were.
    ///
    /// - Parameter keys: At least one.
    /// - Returns: The operation.
    public static func unlink(_ keys: [String]) -> Self {
        Self("UNLINK", keys.map(RedisArgument.string))
    }

    /// Counts those of the keys that exist (EXISTS); one that is named twice counts twice.
    ///
    /// - Parameter keys: At least one.
    /// - Returns: The operation.
    public static func exists(_ keys: [String]) -> Self {
        Self("EXISTS", keys.map(RedisArgument.string))
    }
}

extension RedisOperation<Bool> {
    /// Tells whether a key exists (EXISTS).
    public static func exists(_ key: String) -> Self {
        Self(.key(.exists(key)))
    }

    /// Sets when a key is removed (PEXPIRE).
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - duration: From now, rounded up to milliseconds; zero or less removes the key at once.
    ///   - condition: What must hold of the expiry there is (Redis 7); `nil` sets it always.
    /// - Returns: The operation; its output is whether the expiry was set: there is such a key, and the condition held.
    public static func expire(
        _ key: String, after duration: Duration, condition: ExpiryCondition? = nil
    ) -> Self {
        Self("PEXPIRE", [.string(key), .integer(duration.wholeMilliseconds)] + (condition?.words ?? []))
    }

    /// Sets the time at which a key is removed (PEXPIREAT).
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - time: By the server's clock, rounded up to milliseconds; one that is past removes the key at once.
    ///   - condition: What must hold of the expiry there is (Redis 7); `nil` sets it always.
    /// - Returns: The operation; its output is whether the expiry was set: there is such a key, and the condition held.
    public static func expire(_ key: String, at time: RedisTime, condition: ExpiryCondition? = nil) -> Self {
        Self("PEXPIREAT", [.string(key), .integer(time.sinceEpoch.wholeMilliseconds)] + (condition?.words ?? []))
    }

    /// Removes the expiry of a key (PERSIST); the output is whether there was one.
    public static func persist(_ key: String) -> Self {
        Self("PERSIST", [.string(key)])
    }

    /// Gives a key another name, unless that is taken (RENAMENX); the output is whether it got it.
    ///
    /// A key that does not exist is an error of the server.
    public static func renameIfAbsent(_ key: String, to newKey: String) -> Self {
        Self("RENAMENX", [.string(key), .string(newKey)])
    }
}

extension RedisOperation<Void> {
    /// Gives a key another name, and deletes what had it before (RENAME).
    ///
    /// A key that does not exist is an error of the server.
    public static func rename(_ key: String, to newKey: String) -> Self {
        Self("RENAME", [.string(key), .string(newKey)], decode: Self.acknowledged)
    }
}

extension RedisOperation<TimeToLive> {
    /// Tells how long a key has left (PTTL): the time, or that there is no key, or no end.
    public static func timeToLive(_ key: String) -> Self {
        Self(.key(.timeToLive(key))) { (reply) throws(RedisDecodingError) in
            switch try Int(reply) {
            case -2: .noKey
            case -1: .noExpiry
            case let milliseconds: .expires(after: .milliseconds(milliseconds))
            }
        }
    }
}

extension RedisOperation<RedisKeyType?> {
    /// Tells what kind of value a key holds (TYPE), `nil` when there is no such key.
    public static func type(_ key: String) -> Self {
        Self("TYPE", [.string(key)]) { (reply) throws(RedisDecodingError) in
            let name = try String(reply)
            return name == "none" ? nil : RedisKeyType(name: name)
        }
    }
}
