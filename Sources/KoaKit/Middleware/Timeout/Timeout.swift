/// Bounds the time of what is downstream: past it, that work is cancelled and the reply is 503.
///
/// Koa's `koa-timeout`, with an end to the work that it leaves running. What is downstream runs in a child task, and
/// only that task is cancelled: middleware upstream still run as usual, to save a session or to write a log line.
///
/// Cancellation is a request. Work that ignores it is waited for, since it still holds the context; the client is then
/// answered by the engine's own deadline (``HTTPLimits``), which comes later and does not wait.
public struct Timeout: Middleware {
    /// How long is waited and what is answered.
    public struct Options: Sendable {
        /// How long what is downstream may take.
        ///
        /// Default: 5 s, half of what the engine allows a request.
        public var limit: Duration = .seconds(5)
        /// The status of the reply: 503, or 504 where the time is lost on a server behind this one.
        ///
        /// Default: 503.
        public var status = 503
        /// What measures the time.
        ///
        /// Default: the continuous clock.
        public var clock: any Clock<Duration> = ContinuousClock()

        /// Creates the defaults.
        public init() {}
    }

    private enum Event: Sendable {
        case finished((any Error)?)
        case timer(hasFired: Bool)
    }

    /// What is downstream, for a child task.
    // SAFETY: `run` and the context in it are used by one task at a time: the child is the only one to call it, once,
    // and the request's task does nothing but wait until the group, and so the child, has ended. The compiler cannot see
    // that the child never runs on beyond the group. It can go when a non-escaping closure can be sent to a child.
    private struct Downstream: @unchecked Sendable {
        let context: Context
        let run: Next

        /// Runs it; the context stays the current one.
        func outcome() async -> (any Error)? {
            guard context.application.settings.keepsCurrentContext else { return await result() }
            return await Context.withCurrent(context) { await result() }
        }

        private func result() async -> (any Error)? {
            do {
                try await run()
                return nil
            } catch {
                return error
            }
        }
    }

    private let options: Options

    /// Creates the middleware.
    ///
    /// - Parameter options: How long is waited and what is answered. Default: 5 s, then 503.
    public init(_ options: Options = Options()) {
        self.options = options
    }

    /// Runs what is downstream until it ends or the time is up.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: ``HTTPError`` with ``HTTPError/Reason/handlerTimeout`` when the time was up, whatever came of the work;
    ///   else what is downstream throws.
    public func handle(_ context: Context, next: Next) async throws {
        // A local function, since the compiler converts `next` on its way into a closure, and finds fault with that.
        func race(_ next: @escaping Next) async throws { try await self.race(Downstream(context: context, run: next)) }
        try await withoutActuallyEscaping(next, do: race)
    }

    private func race(_ downstream: Downstream) async throws {
        let (limit, clock) = (options.limit, options.clock)
        var (isLate, failure) = (false, (any Error)?.none)
        await withTaskGroup(of: Event.self) { group in
            group.addImmediateTask { .finished(await downstream.outcome()) }
            group.addTask {
                // The timer is cancelled once the work is done, or with the request.
                do { try await clock.sleep(for: limit) } catch { return .timer(hasFired: false) }
                return .timer(hasFired: true)
            }
            var isFinished = false
            for await event in group {
                switch event {
                case .finished(let error): (isFinished, failure) = (true, error)
                case .timer(hasFired: true) where !isFinished: isLate = true
                case .timer: continue
                }
                group.cancelAll()
            }
        }
        if isLate { throw HTTPError(options.status, "no answer within \(limit)", reason: .handlerTimeout) }
        if let failure { throw failure }
    }
}
