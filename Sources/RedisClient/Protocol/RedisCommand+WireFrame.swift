import NIOCore

extension RedisCommand: WireFrame {
    typealias Reply = RedisValue

    var sizeEstimate: Int {
        arguments.reduce(name.utf8.count + 32) { $0 + $1.byteCount + 16 }
    }

    func write(to buffer: inout ByteBuffer) {
        buffer.reserveCapacity(minimumWritableBytes: sizeEstimate)
        buffer.writeLength(arguments.count + 1, after: "*")
        RedisArgument.string(name).write(to: &buffer)
        for argument in arguments {
            argument.write(to: &buffer)
        }
    }
}
