import NIOCore
import Synchronization

/// The commands of callers that run elsewhere, until their loop collects them: all that came since the last time.
///
/// A caller writes its command here and waits for the reply itself, which costs a lock. Taking each caller's task to
/// the loop and back would cost two hops, and the loop would meet the commands one by one.
final class LoopInbox: Sendable {
    private struct State {
        var mail = LoopMail()
        /// Whether the loop was asked to collect and has not begun to.
        var isAnnounced = false

        /// Answers whether the loop has to be asked now.
        mutating func announce() -> Bool {
            defer { isAnnounced = true }
            return !isAnnounced
        }
    }

    private let state = Mutex(State())
    private let tickets = Atomic<UInt64>(0)
    private let isOpened = Atomic<Bool>(false)
    private let maximumInFlight: Int
    private let maximumPendingBytes: Int

    init(_ limits: ConnectionLimits) {
        maximumInFlight = limits.maximumInFlight
        maximumPendingBytes = limits.maximumPendingBytes
    }

    /// Whether there is a connection for what comes in.
    ///
    /// If it is lost before the loop collects, the callers hear ``RedisError/notTaken``.
    var isOpen: Bool {
        get { isOpened.load(ordering: .acquiring) }
        set { isOpened.store(newValue, ordering: .releasing) }
    }

    /// A number no other command of this inbox has, and never zero.
    func makeTicket() -> UInt64 { tickets.wrappingAdd(1, ordering: .relaxed).newValue }

    /// Takes a command in.
    ///
    /// - Returns: Whether the loop has to be asked to collect.
    /// - Throws: ``RedisError`` `.overloaded`, when nothing was taken.
    func post<Frame: WireFrame>(
        _ frame: Frame, ticket: UInt64, asked: NIODeadline, deadline: NIODeadline,
        continuation: ReplyContinuation<Frame.Reply>
    ) throws(RedisError) -> Bool {
        try state.withLock { state throws(RedisError) in
            guard state.mail.replyCount + frame.replyCount <= maximumInFlight else {
                throw .overloaded(.inFlightBound)
            }
            guard state.mail.bytes.readableBytes + frame.sizeEstimate <= maximumPendingBytes else {
                throw .overloaded(.byteBound)
            }
            state.mail.append(
                frame, for: Frame.receiver(continuation), ticket: ticket, asked: asked, deadline: deadline)
            return state.announce()
        }
    }

    /// Notes that a caller was cancelled; of no effect when its command is not there yet, or answered.
    ///
    /// - Returns: Whether the loop has to be asked to collect.
    func withdraw(_ ticket: UInt64) -> Bool {
        state.withLock { state in
            state.mail.withdrawn.append(ticket)
            return state.announce()
        }
    }

    /// Exchanges what came in for an empty list, whose memory is used again.
    func collect(into mail: inout LoopMail) {
        state.withLock { state in
            swap(&state.mail, &mail)
            state.isAnnounced = false
        }
    }
}
