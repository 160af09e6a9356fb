extension RedisOperation<RedisValue> {
    /// Runs a script (EVALSHA, or EVAL when the server does not know it).
    ///
    /// - Parameters:
    ///   - script: What to run.
    ///   - keys: `KEYS` of the script: every key it touches.
    ///   - arguments: `ARGV` of the script.
    /// - Returns: The operation; its output is what the script returns.
    public static func evaluate(
        _ script: RedisScript, keys: [String] = [], arguments: [RedisArgument] = []
    ) -> Self {
        evaluate(script, keys: keys, arguments: arguments, as: RedisValue.self)
    }
}

extension RedisOperation where Output: RedisDecodable {
    /// Runs a script and reads what it returns as a type (EVALSHA, or EVAL when the server does not know it).
    ///
    /// - Parameters:
    ///   - script: What to run.
    ///   - keys: `KEYS` of the script: every key it touches.
    ///   - arguments: `ARGV` of the script.
    ///   - type: What to read the reply as.
    /// - Returns: The operation.
    public static func evaluate(
        _ script: RedisScript, keys: [String] = [], arguments: [RedisArgument] = [], as type: Output.Type
    ) -> Self {
        Self(.script(ScriptFrame(script: script, keys: keys, arguments: arguments, isReadOnly: false)))
    }

    /// Runs a script that writes nothing (EVALSHA_RO, or EVAL_RO; Redis 7); the server refuses it a write.
    ///
    /// - Parameters:
    ///   - script: What to run.
    ///   - keys: `KEYS` of the script: every key it touches.
    ///   - arguments: `ARGV` of the script.
    ///   - type: What to read the reply as.
    /// - Returns: The operation.
    public static func evaluateReadOnly(
        _ script: RedisScript, keys: [String] = [], arguments: [RedisArgument] = [],
        as type: Output.Type
    ) -> Self {
        Self(.script(ScriptFrame(script: script, keys: keys, arguments: arguments, isReadOnly: true)))
    }
}

extension RedisOperation<Void> {
    /// Makes the server, or every primary of a cluster, remember a script without running it (SCRIPT LOAD).
    public static func load(_ script: RedisScript) -> Self {
        Self("SCRIPT", ["LOAD", .string(script.source)]) { (reply) throws(RedisDecodingError) in
            guard try String(reply) == script.digest else { throw RedisDecodingError(reply, expected: "digest") }
        }
    }
}

extension RedisOperation<[Bool]> {
    /// Tells which scripts the server, or one of a cluster's, knows (SCRIPT EXISTS), in order.
    ///
    /// - Parameter scripts: At least one.
    /// - Returns: The operation.
    public static func knows(_ scripts: [RedisScript]) -> Self {
        Self("SCRIPT", ["EXISTS"] + scripts.map { .string($0.digest) })
    }
}
