import NIOCore

/// One timer for all the deadlines of a connection: a request that sets a deadline costs a clock reading, no timer.
struct ConnectionDeadlines {
    /// When the connection must have moved on.
    private(set) var next = NIODeadline.distantFuture
    /// A point that no later deadline passes, once the server is stopping.
    private var last = NIODeadline.distantFuture
    private var timer: NIOScheduledCallback?
    private var firesAt = NIODeadline.distantFuture

    /// Whether the deadline is the point that no later one passes.
    var isLast: Bool { next == last }

    /// Sets the deadline; the timer moves only when it would fire too late, and only then the handler is made.
    mutating func set(
        _ deadline: NIODeadline,
        on loop: any EventLoop,
        handler: @autoclosure () -> some (NIOScheduledCallbackHandler & Sendable)
    ) {
        next = min(deadline, last)
        if next < firesAt { arm(at: next, on: loop, handler: handler()) }
    }

    /// Sets a point that no later deadline passes.
    mutating func bound(
        by deadline: NIODeadline,
        on loop: any EventLoop,
        handler: some (NIOScheduledCallbackHandler & Sendable)
    ) {
        last = deadline
        set(next, on: loop, handler: handler)
    }

    /// Says whether the deadline has passed now that the timer has fired; arms it again if it has not.
    ///
    /// The period is the shortest deadline in ordinary use: a timer that never sleeps longer need never be moved.
    mutating func hasPassed(
        period: TimeAmount,
        on loop: any EventLoop,
        handler: some (NIOScheduledCallbackHandler & Sendable)
    ) -> Bool {
        let now = NIODeadline.now()
        firesAt = .distantFuture
        timer = nil
        guard next > now else { return true }
        arm(at: min(next, now + period), on: loop, handler: handler)
        return false
    }

    mutating func cancel() {
        timer?.cancel()
        timer = nil
        firesAt = .distantFuture
    }

    private mutating func arm(
        at instant: NIODeadline,
        on loop: any EventLoop,
        handler: some (NIOScheduledCallbackHandler & Sendable)
    ) {
        timer?.cancel()
        // A loop that is shutting down takes no timers; its channels are closed by the shutdown itself.
        timer = try? loop.scheduleCallback(at: instant, handler: handler)
        firesAt = instant
    }
}
