import NIOCore

/// The way of bytes through a proxy.
enum Direction: Hashable, Sendable { case toServer, toClient }

/// What a proxy does to the bytes of one direction of one connection.
struct Treatment: Sendable {
    /// How long each piece is kept; the order stays.
    var delay = TimeAmount.zero
    /// The most bytes a write has; `nil` writes what was read.
    var pieceSize: Int?
    /// Closes both sides, with a reset, once this many bytes passed this direction under the rule in force.
    var cutAfter: Int?
    /// Reads nothing, so that the sender's buffers fill; all is kept and goes on later.
    var isPaused = false
    /// Takes everything and gives nothing on, the end neither: a cable that was pulled.
    ///
    /// A direction that lost bytes gives nothing on later either, since TCP never goes on after a gap.
    var isBlackhole = false

    static let none = Self()
    static let paused = Self(isPaused: true)
    static let blackhole = Self(isBlackhole: true)
    static func delayed(_ delay: TimeAmount) -> Self { Self(delay: delay) }
    static func cut(after bytes: Int) -> Self { Self(cutAfter: bytes) }
    static func pieces(of size: Int) -> Self { Self(pieceSize: size) }
}

/// One direction of one connection, as a rule sees it.
struct Passage: Sendable {
    /// The connections of a proxy are counted from 0, in the order they were taken.
    let connection: Int
    let direction: Direction
    /// The beginning of what the client sent, up to 4 KiB.
    fileprivate(set) var clientWords = ByteBuffer()

    init(connection: Int, direction: Direction) {
        self.connection = connection
        self.direction = direction
    }

    /// Whether the client has sent a word, such as `SUBSCRIBE`.
    func clientSent(_ word: String) -> Bool { String(buffer: clientWords).contains(word) }

    mutating func note(_ bytes: ByteBuffer) {
        let room = 4_096 - clientWords.readableBytes
        guard room > 0 else { return }
        clientWords.writeImmutableBuffer(
            bytes.getSlice(at: bytes.readerIndex, length: min(room, bytes.readableBytes)) ?? bytes)
    }
}
