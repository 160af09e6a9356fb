import NIOCore

/// The ways in which operations are framed.
enum OperationFrame: CommandFrame {
    case key(KeyFrame)
    case command(RedisCommand)
    case script(ScriptFrame)

    /// The name of the command.
    var name: String {
        switch self {
        case .key(let frame): frame.name
        case .command(let command): command.name
        case .script(let frame): frame.name
        }
    }

    var sizeEstimate: Int {
        switch self {
        case .key(let frame): frame.sizeEstimate
        case .command(let command): command.sizeEstimate
        case .script(let frame): frame.sizeEstimate
        }
    }

    var isForEveryPrimary: Bool {
        if case .command(let command) = self { command.isForEveryPrimary } else { false }
    }

    func hashSlot() throws(RedisError) -> HashSlot? {
        switch self {
        case .key(let frame): frame.hashSlot()
        case .command(let command): try command.hashSlot()
        case .script(let frame): try frame.hashSlot()
        }
    }

    func write(to buffer: inout ByteBuffer) {
        switch self {
        case .key(let frame): frame.write(to: &buffer)
        case .command(let command): command.write(to: &buffer)
        case .script(let frame): frame.write(to: &buffer)
        }
    }
}
