import NIOCore
import NIOPosix

/// Runs a system call that may block on a thread of its own, whether or not the caller's task is cancelled.
///
/// - Parameter call: What blocks.
/// - Returns: What `call` returns.
/// - Throws: What `call` throws.
func onBlockingThread<Result: Sendable>(_ call: @escaping @Sendable () throws -> Result) async throws -> Result {
    // The overload that is async gives up when the task is cancelled, as it is while a server stops.
    let loop = MultiThreadedEventLoopGroup.singleton.any()
    return try await NIOThreadPool.singleton.runIfActive(eventLoop: loop, call).get()
}
