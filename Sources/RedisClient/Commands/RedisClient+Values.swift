public import NIOCore

extension RedisClient {
    /// Reads the value of a key (GET).
    ///
    /// - Parameters:
    ///   - key: Any text, sent as UTF-8.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: The bytes, or `nil` when there is no such key.
    /// - Throws: ``RedisError``; `.server` with ``RedisServerError/wrongType`` when the key holds no string.
    public func get(_ key: String, timeout: Duration? = nil) async throws(RedisError) -> ByteBuffer? {
        switch try await perform(KeyFrame.get(key), timeout: timeout) {
        case .bulk(let bytes): return bytes
        case .null: return nil
        default: throw .protocolViolation(.unexpectedReply)
        }
    }

    /// Sets the value of a key (SET).
    ///
    /// - Parameters:
    ///   - key: Any text, sent as UTF-8.
    ///   - value: The text to store, sent as UTF-8.
    ///   - expiry: When the key is removed, in whole milliseconds, at least one; `nil` keeps it until it is deleted.
    ///   - condition: Sets only if the key is absent, or present; `nil` sets always.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: Whether the value was set; always `true` without a condition.
    /// - Throws: ``RedisError``.
    @discardableResult
    public func set(
        _ key: String, to value: String, expiry: Duration? = nil, condition: SetCondition? = nil,
        timeout: Duration? = nil
    ) async throws(RedisError) -> Bool {
        try await set(key, to: .string(value), expiry: expiry, condition: condition, timeout: timeout)
    }

    /// Sets the value of a key to bytes (SET).
    ///
    /// - Parameters:
    ///   - key: Any text, sent as UTF-8.
    ///   - value: The bytes to store: the readable ones of the buffer.
    ///   - expiry: When the key is removed, in whole milliseconds, at least one; `nil` keeps it until it is deleted.
    ///   - condition: Sets only if the key is absent, or present; `nil` sets always.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: Whether the value was set; always `true` without a condition.
    /// - Throws: ``RedisError``.
    @discardableResult
    public func set(
        _ key: String, to value: ByteBuffer, expiry: Duration? = nil, condition: SetCondition? = nil,
        timeout: Duration? = nil
    ) async throws(RedisError) -> Bool {
        try await set(key, to: .bytes(value), expiry: expiry, condition: condition, timeout: timeout)
    }

    private func set(
        _ key: String, to value: RedisArgument, expiry: Duration?, condition: SetCondition?, timeout: Duration?
    ) async throws(RedisError) -> Bool {
        var arguments: [RedisArgument] = [.string(key), value]
        if let expiry { arguments += ["PX", .integer(expiry.wholeMilliseconds)] }
        switch condition {
        case .ifAbsent: arguments.append("NX")
        case .ifPresent: arguments.append("XX")
        case nil: break
        }
        switch try await perform(RedisCommand("SET", arguments: arguments), timeout: timeout) {
        case .simpleString: return true
        case .null: return false
        default: throw .protocolViolation(.unexpectedReply)
        }
    }
}

extension Duration {
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
