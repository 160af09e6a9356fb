import NIOCore

/// Memory in which replies are made, lent to one connection of a loop after the other: one that is idle holds none.
///
/// Belongs to an event loop.
final class ReplyMemory {
    /// How large a piece is kept for the next reply.
    static let keptCapacity = 65_536

    let date = DateField()
    private var output = ByteBuffer()
    private var content: [UInt8] = []

    /// An empty buffer for bytes on their way out.
    func takeOutput() -> ByteBuffer {
        var taken = ByteBuffer()
        swap(&taken, &output)
        // Takes new storage only if a write still holds this one.
        taken.clear()
        return taken
    }

    func giveBack(output buffer: ByteBuffer) {
        if buffer.capacity <= Self.keptCapacity { output = buffer }
    }

    /// An empty array for a rendered body.
    func takeContent() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &content)
        taken.removeAll(keepingCapacity: true)
        return taken
    }

    func giveBack(content array: [UInt8]) {
        if array.capacity <= Self.keptCapacity { content = array }
    }
}
