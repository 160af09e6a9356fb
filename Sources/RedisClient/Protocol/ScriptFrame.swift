import NIOCore

/// A call of a script: by its digest, or with its text.
struct ScriptFrame: CommandFrame {
    let script: RedisScript
    let keys: [String]
    let arguments: [RedisArgument]
    let isReadOnly: Bool
    var sendsSource = false

    var name: String {
        switch (sendsSource, isReadOnly) {
        case (true, true): "EVAL_RO"
        case (true, false): "EVAL"
        case (false, true): "EVALSHA_RO"
        case (false, false): "EVALSHA"
        }
    }

    /// The same call with the text of the script, which the server remembers from then on.
    var withSource: Self {
        var frame = self
        frame.sendsSource = true
        return frame
    }

    var sizeEstimate: Int {
        let keyBytes = keys.reduce(0) { $0 + $1.utf8.count + 32 }
        let argumentBytes = arguments.reduce(0) { $0 + $1.byteCount + 32 }
        return (sendsSource ? script.source.utf8.count : script.digest.utf8.count) + keyBytes + argumentBytes + 96
    }

    func hashSlot() throws(RedisError) -> HashSlot? { try HashSlot.common(to: keys.lazy.map { HashSlot(of: $0) }) }

    func write(to buffer: inout ByteBuffer) {
        buffer.reserveCapacity(minimumWritableBytes: sizeEstimate)
        buffer.writeArrayHead(keys.count + arguments.count + 3)
        RedisArgument.string(name).write(to: &buffer)
        RedisArgument.string(sendsSource ? script.source : script.digest).write(to: &buffer)
        RedisArgument.integer(keys.count).write(to: &buffer)
        for key in keys { RedisArgument.string(key).write(to: &buffer) }
        for argument in arguments { argument.write(to: &buffer) }
    }
}
