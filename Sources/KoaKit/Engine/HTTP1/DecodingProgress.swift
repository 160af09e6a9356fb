import NIOHTTP1

/// What has come out of a connection's decoder, for the decoder to see.
///
/// Belongs to the connection, and stays on its loop.
final class DecodingProgress {
    /// What has gone in since a part last came out.
    var undecodedBytes = 0
    /// Whether a head has come out and its end has not.
    private(set) var isInBody = false
    /// The end of the last read.
    var tail = BytesTail()
    /// The end of the last piece of a body.
    private var bodyTail = BytesTail()

    var isBetweenMessages: Bool { !isInBody }

    /// Whether the last read, which brought the end of a request, ended there.
    var endsWithRequest: Bool { tail.isEmptyLine || bodyTail.ends(tail) }

    func note(_ part: HTTPServerRequestPart) {
        undecodedBytes = 0
        switch part {
        case .head: isInBody = true
        case .body(let bytes): bodyTail = BytesTail(bytes)
        case .end: isInBody = false
        }
    }
}
