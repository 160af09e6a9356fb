import NIOHTTP1

/// What has come out of a connection's decoder, for the decoder to see.
///
/// Belongs to the connection, and stays on its loop.
final class DecodingProgress {
    /// What has gone in since a part last came out.
    var undecodedBytes = 0
    /// Whether a head has come out and its end has not.
    private(set) var isInBody = false

    var isBetweenMessages: Bool { !isInBody }

    func note(_ part: HTTPServerRequestPart) {
        undecodedBytes = 0
        switch part {
        case .head: isInBody = true
        case .body: break
        case .end: isInBody = false
        }
    }
}
