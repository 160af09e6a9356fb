import NIOCore

/// Where the keys of a command stand among its arguments; the first argument is number 0.
enum KeyRule: Equatable {
    /// Nowhere: any node can serve the command.
    case none
    /// From one argument to another, `step` apart; a last one below zero counts from the end, -1 being the last.
    case range(first: Int, last: Int, step: Int)
    /// After the argument that says how many there are; with a destination before it, at 0.
    case counted(at: Int, hasDestination: Bool)
    /// After the word STREAMS, in the first half of what follows.
    case streams

    /// Most commands have one key, and it comes first.
    static let firstArgument = Self.range(first: 0, last: 0, step: 1)

    /// Finds the keys.
    ///
    /// - Returns: Their places, all of them among the arguments; none when the arguments make no sense, which the
    ///   server then says.
    func positions(in arguments: [RedisArgument]) -> [Int] {
        switch self {
        case .none: return []
        case .range(let first, let last, let step):
            let last = last < 0 ? arguments.count + last : min(last, arguments.count - 1)
            return Array(stride(from: first, through: last, by: step))
        case .counted(let place, let hasDestination):
            guard place < arguments.count, let count = arguments[place].number, count >= 0,
                count <= arguments.count - place - 1
            else { return [] }
            return (hasDestination ? [0] : []) + (place + 1..<place + 1 + count)
        case .streams:
            guard let word = arguments.firstIndex(where: \.isStreams) else { return [] }
            let rest = arguments.count - word - 1
            return Array(word + 1..<word + 1 + rest / 2)
        }
    }
}

extension RedisArgument {
    /// The slot of this argument as a key.
    var hashSlot: HashSlot {
        switch self {
        case .string(let text): HashSlot(of: text)
        case .bytes(let bytes):
            bytes.withUnsafeReadableBytes { bytes in
                bytes.withMemoryRebound(to: UInt8.self) { HashSlot(of: $0) }
            }
        case .integer(let number): HashSlot(of: String(number))
        }
    }

    fileprivate var number: Int? {
        switch self {
        case .string(let text): Int(text)
        case .bytes(let bytes): Int(String(buffer: bytes))
        case .integer(let number): number
        }
    }

    fileprivate var isStreams: Bool { uppercasedText == "STREAMS" }

    /// The word in capital letters, if it is text or bytes, and short as the words of Redis are.
    var uppercasedText: String? {
        switch self {
        case .string(let text): text.utf8.count <= 32 ? text.uppercased() : nil
        case .bytes(let bytes): bytes.readableBytes <= 32 ? String(buffer: bytes).uppercased() : nil
        case .integer: nil
        }
    }
}
