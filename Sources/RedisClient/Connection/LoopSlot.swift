import Logging
import NIOCore

/// One event loop and its link, in a form that may be held anywhere.
final class LoopSlot: Sendable {
    let loop: any EventLoop
    let executor: LoopTaskExecutor
    private let link: NIOLoopBoundBox<RedisLink>

    init(loop: any EventLoop, configuration: RedisConfiguration, limits: ConnectionLimits, logger: Logger) {
        self.loop = loop
        executor = LoopTaskExecutor(loop)
        link = .makeBoxSendingValue(
            RedisLink(eventLoop: loop, configuration: configuration, limits: limits, logger: logger), eventLoop: loop)
    }

    /// Sends a command and waits for its reply. Called on the loop.
    ///
    /// Up to the wait itself nothing suspends: the command is in the write buffer when this first gives up the thread.
    func perform(
        _ frame: some WireFrame, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> RedisValue {
        while true {
            guard let connection = link.value.ready else {
                try await connect(deadline: deadline)
                continue
            }
            guard !Task.isCancelled else { throw RedisError(.cancelled, wasSent: false) }
            let number = connection.nextNumber
            let outcome = await withTaskCancellationHandler {
                await withUnsafeContinuation { continuation in
                    connection.send(frame, asked: asked, deadline: deadline, continuation: continuation)
                }
            } onCancel: {
                // Not yet in the queue if the task was cancelled a moment ago, but it is by the loop's next turn.
                loop.execute { self.link.value.ready?.giveUp(number) }
            }
            return try outcome.get()
        }
    }

    /// The same as ``perform(_:asked:deadline:)``, on the loop because that is the task's preferred executor.
    @concurrent
    func performOnPreferredExecutor(
        _ frame: some WireFrame, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> RedisValue {
        try await perform(frame, asked: asked, deadline: deadline)
    }

    /// Waits for the connection, making one if none was asked for before. Called on the loop.
    private func connect(deadline: NIODeadline) async throws(RedisError) {
        guard !Task.isCancelled else { throw RedisError(.cancelled, wasSent: false) }
        let number = link.value.makeWaiterNumber()
        let outcome = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                link.value.waitForConnection(deadline: deadline, number: number, continuation: continuation)
            }
        } onCancel: {
            loop.execute { self.link.value.endWaiting(number, error: RedisError(.cancelled, wasSent: false)) }
        }
        try outcome.get()
    }

    /// The same as ``connect(deadline:)``, on the loop because that is the task's preferred executor.
    @concurrent
    func connectOnPreferredExecutor(deadline: NIODeadline) async throws(RedisError) {
        try await connect(deadline: deadline)
    }

    /// Closes what the link holds; done when the last channel is closed.
    func shutdown() -> EventLoopFuture<Void> {
        loop.flatSubmit { self.link.value.shutdown() }
    }
}
