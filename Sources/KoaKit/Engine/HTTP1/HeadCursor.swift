/// Writes the head of a message into memory, piece by piece.
///
/// Traps when the memory is not large enough, in release builds too, where raw pointers check nothing by themselves.
struct HeadCursor: ~Copyable {
    private let memory: UnsafeMutableRawBufferPointer
    /// How many bytes are written.
    private(set) var count = 0

    init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    mutating func write(_ text: StaticString) {
        copy(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func write(_ text: String) {
        // All texts but those of other languages' runtimes are contiguous; `withUTF8` would be a copy.
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { copy(UnsafeRawBufferPointer($0)) }
        if isDone == nil { write(Array(text.utf8)) }
    }

    mutating func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { copy($0) }
    }

    /// Writes a line of the head.
    mutating func writeField(_ name: String, _ value: String) {
        write(name)
        put(UInt8(ascii: ":"), UInt8(ascii: " "))
        write(value)
        put(UInt8(ascii: "\r"), UInt8(ascii: "\n"))
    }

    @inline(__always)
    private mutating func put(_ first: UInt8, _ second: UInt8) {
        precondition(memory.count - count >= 2, Self.noRoom)
        memory[count] = first
        memory[count + 1] = second
        count += 2
    }

    @inline(__always)
    private mutating func copy(_ bytes: UnsafeRawBufferPointer) {
        precondition(memory.count - count >= bytes.count, Self.noRoom)
        UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    private static var noRoom: String { "the head is longer than its bound" }
}
