import NIOCore

/// One timer for all deadlines of a connection.
///
/// It is set for the earliest time anyone named. When that command is answered first, the timer is left alone and
/// fires for nothing: cheaper than setting it anew for every command.
final class ConnectionTimer: NIOScheduledCallbackHandler {
    private let loop: NIOIsolatedEventLoop
    private let fire: () -> Void
    private var armedAt = NIODeadline.distantFuture
    private var callback: NIOScheduledCallback?

    init(loop: NIOIsolatedEventLoop, fire: @escaping () -> Void) {
        self.loop = loop
        self.fire = fire
    }

    /// Makes the timer fire at a time, or before.
    func arm(at deadline: NIODeadline) {
        guard deadline < armedAt else { return }
        callback?.cancel()
        armedAt = deadline
        // Refused only by a loop that is shutting down, which also closes the connection.
        callback = try? loop.scheduleCallback(at: deadline, handler: self)
    }

    func cancel() {
        callback?.cancel()
        callback = nil
        armedAt = .distantFuture
    }

    func handleScheduledCallback(eventLoop: some EventLoop) {
        callback = nil
        armedAt = .distantFuture
        fire()
    }
}
