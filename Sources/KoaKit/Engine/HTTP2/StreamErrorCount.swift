import NIOCore

/// The errors of single streams that a connection has made of late.
struct StreamErrorCount {
    /// How many a connection may make within a window.
    private static let tolerated = 100
    /// How long they are remembered, as long as NIO remembers resets.
    private static let window = TimeAmount.seconds(30)

    private var count = 0
    private var began = NIODeadline.distantPast

    /// Counts an error; says whether it is the one that ends the connection: those behind it are not.
    mutating func isExceeded(byErrorAt now: NIODeadline) -> Bool {
        if count == 0 || now - began >= Self.window { (began, count) = (now, 0) }
        count += 1
        return count == Self.tolerated + 1
    }
}
