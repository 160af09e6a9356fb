public import NIOCore

extension RedisOperation<ByteBuffer?> {
    /// Reads the value of a key (GET): the bytes, or `nil` when there is no such key.
    public static func get(_ key: String) -> Self {
        Self(.key(.get(key)))
    }

    /// Reads the value of a key and deletes it, in one step (GETDEL, Redis 6.2).
    public static func getAndDelete(_ key: String) -> Self {
        Self(.command(RedisCommand("GETDEL", .string(key))))
    }

    /// Reads the value of a key and sets when it is removed, in one step (GETEX, Redis 6.2).
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - expiry: From now, in whole milliseconds, at least one; `nil` keeps the key until it is deleted.
    /// - Returns: The operation; its output is the bytes, or `nil` when there is no such key.
    public static func get(_ key: String, settingExpiry expiry: Duration?) -> Self {
        let option: [RedisArgument] = expiry.map { ["PX", .integer($0.wholeMilliseconds)] } ?? ["PERSIST"]
        return Self("GETEX", [.string(key)] + option)
    }

    /// Sets the value of a key and reads the one it had, in one step (SET … GET, Redis 6.2).
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - value: What to store.
    ///   - expiry: When the key is removed, in whole milliseconds, at least one; `nil` keeps it until it is deleted.
    /// - Returns: The operation; its output is the bytes before, or `nil` when there was no such key.
    public static func exchange(_ key: String, to value: some RedisEncodable, expiry: Duration? = nil) -> Self {
        Self("SET", [.string(key), value.redisArgument, "GET"] + (expiry?.setOption ?? []))
    }
}

extension RedisOperation {
    /// Reads the value of a key as a type (GET).
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - type: Such as `String` or `Int`.
    /// - Returns: The operation; its output is the value, or `nil` when there is no such key.
    public static func get<Value: RedisDecodable>(_ key: String, as type: Value.Type) -> Self where Output == Value? {
        Self(.key(.get(key)))
    }

    /// Reads the values of keys in one step (MGET).
    ///
    /// - Parameters:
    ///   - keys: At least one.
    ///   - type: What to read each value as.
    /// - Returns: The operation; its output has a value for each key, `nil` for one that does not exist or holds no
    ///   string.
    public static func get<Value: RedisDecodable>(
        _ keys: [String], as type: Value.Type
    ) -> Self where Output == [Value?] {
        Self("MGET", keys.map(RedisArgument.string))
    }
}

extension RedisOperation<Bool> {
    /// Sets the value of a key (SET).
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - value: What to store: text, bytes or a number.
    ///   - expiry: When the key is removed, in whole milliseconds, at least one; `nil` keeps it until it is deleted.
    ///   - condition: Sets only if the key is absent, or present; `nil` sets always.
    /// - Returns: The operation; its output is whether the value was set, always `true` without a condition.
    public static func set(
        _ key: String, to value: some RedisEncodable, expiry: Duration? = nil, condition: SetCondition? = nil
    ) -> Self {
        var arguments = [.string(key), value.redisArgument]
        if let expiry { arguments += expiry.setOption }
        switch condition {
        case .ifAbsent: arguments.append("NX")
        case .ifPresent: arguments.append("XX")
        case nil: break
        }
        return Self("SET", arguments) { (reply) throws(RedisDecodingError) in
            switch reply {
            case .simpleString: true
            case .null: false
            default: throw RedisDecodingError(reply, expected: "reply of SET")
            }
        }
    }
}

extension RedisOperation<Void> {
    /// Sets the values of keys in one step, and removes their expiry (MSET).
    ///
    /// - Parameter values: At least one key with what to store.
    /// - Returns: The operation.
    public static func set(_ values: [String: some RedisEncodable]) -> Self {
        Self("MSET", values.flatMap { [.string($0.key), $0.value.redisArgument] }, decode: Self.acknowledged)
    }

    /// Takes the simple string of a command that says nothing else.
    static func acknowledged(_ reply: RedisValue) throws(RedisDecodingError) {
        guard case .simpleString = reply else { throw RedisDecodingError(reply, expected: "simple string") }
    }
}

extension RedisOperation<Int> {
    /// Adds to the number a key holds (INCR, INCRBY); a key that does not exist counts as 0, and is made.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - amount: What to add, 1 by default; negative to subtract.
    /// - Returns: The operation; its output is the new number. The server refuses to go beyond 64 bits.
    public static func increment(_ key: String, by amount: Int = 1) -> Self {
        amount == 1 ? Self(.key(.increment(key))) : Self("INCRBY", [.string(key), .integer(amount)])
    }

    /// Adds to the end of the value of a key (APPEND); the output is the new length in bytes.
    public static func append(_ value: some RedisEncodable, to key: String) -> Self {
        Self("APPEND", [.string(key), value.redisArgument])
    }

    /// Tells how many bytes the value of a key has (STRLEN), 0 when there is no such key.
    public static func length(ofValue key: String) -> Self {
        Self("STRLEN", [.string(key)])
    }
}

extension Duration {
    /// The option of SET that makes a key expire after this time.
    fileprivate var setOption: [RedisArgument] { ["PX", .integer(wholeMilliseconds)] }

    /// Milliseconds, rounded up, so that a positive time never becomes zero, which Redis refuses or takes for now.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        let rest: Int64 = attoseconds % 1_000_000_000_000_000 > 0 ? 1 : 0
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        // Redis itself refuses times near the end of 64 bits; that reply is better than a trap.
        return overflow
            ? (seconds < 0 ? .min : .max)
            : Int(clamping: product.addingReportingOverflow(milliseconds + rest).partialValue)
    }
}
