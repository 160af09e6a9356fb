import NIOPosix

/// Where calls to the file system block: NIO's pool of threads for that, never an event loop.
enum FileThreads {
    /// Runs `work` on a thread of the pool.
    ///
    /// Cancellation does not end it, so that what it opened is never lost: a regular file answers in bounded time.
    static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            // The pool is never shut down: all that is submitted runs.
            NIOThreadPool.singleton.submit { _ in
                continuation.resume(with: Swift.Result(catching: work))
            }
        }
    }

    /// Runs `work` on a thread of the pool some time later.
    static func runLater(_ work: @escaping @Sendable () -> Void) {
        NIOThreadPool.singleton.submit { _ in work() }
    }
}
