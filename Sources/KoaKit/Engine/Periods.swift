import NIOCore

/// The deadlines of ``HTTPLimits`` in the event loop's unit, converted once.
struct Periods {
    let header, body, handler, request, idle, write, linger, shutdown: TimeAmount
    /// How long a handler that was told to stop may take to unwind, so that the reply keeps the header fields that its
    /// middleware set for errors.
    let unwinding = TimeAmount.milliseconds(100)

    init(_ limits: HTTPLimits) {
        header = TimeAmount(limits.header)
        body = TimeAmount(limits.body)
        handler = TimeAmount(limits.handler)
        request = TimeAmount(limits.request)
        idle = TimeAmount(limits.idle)
        write = TimeAmount(limits.write)
        linger = TimeAmount(limits.linger)
        shutdown = TimeAmount(limits.shutdown)
    }
}
