import NIOCore

extension RedisCommand: CommandFrame {
    var sizeEstimate: Int {
        arguments.reduce(name.utf8.count + 32) { $0 + $1.byteCount + 16 }
    }

    /// Of those that change what a whole server holds, and whose replies are all the same.
    var isForEveryPrimary: Bool {
        switch name.uppercased() {
        case "FLUSHALL", "FLUSHDB": true
        case "SCRIPT": arguments.first.map { ["LOAD", "FLUSH"].contains($0.uppercasedText) } ?? false
        default: false
        }
    }

    func hashSlot() throws(RedisError) -> HashSlot? { try HashSlot.common(to: self) }

    func write(to buffer: inout ByteBuffer) {
        buffer.reserveCapacity(minimumWritableBytes: sizeEstimate)
        buffer.writeArrayHead(arguments.count + 1)
        RedisArgument.string(name).write(to: &buffer)
        for argument in arguments {
            argument.write(to: &buffer)
        }
    }
}
