public import Logging
public import NIOCore
import NIOPosix
import Synchronization

/// A Redis client for code that runs on event loops.
///
/// There is one connection for each event loop of a group, shared by all callers: commands of one turn of the loop
/// leave in one write, and replies come back in order. A caller that runs on one of the loops uses that loop's
/// connection without changing threads; any other caller hops to a loop and back.
///
/// ```swift
/// let redis = RedisClient(configuration: try RedisConfiguration(url: "redis://localhost"), eventLoopGroup: group)
/// let session = try await redis.get("session:1")
/// await redis.shutdown()
/// ```
///
/// Every command has a deadline, ends at once when its task is cancelled, and says in ``RedisError/wasSent`` whether
/// it may be repeated. While there is no connection, commands fail at once; only the first connection, and one that
/// is being made at that moment, is waited for, no longer than the command's own deadline. No command is ever sent
/// twice.
///
/// Call ``shutdown()`` before the event loops are shut down.
public final class RedisClient: Sendable {
    private let slots: [LoopSlot]
    /// The loops of `slots`, in the same order, to be compared without counting references.
    private let loops: [ObjectIdentifier]
    private let turn = Atomic<Int>(0)
    private let isShutdown = Atomic<Bool>(false)
    private let limits: ConnectionLimits

    /// Makes a client that connects when it is first used, or when ``connect()`` is called.
    ///
    /// - Parameters:
    ///   - configuration: Where Redis is and how long to wait.
    ///   - eventLoopGroup: The loops to have connections on, best those that serve requests. The client does not shut
    ///     it down.
    ///   - logger: Told of connections made and lost, at `debug`.
    public init(configuration: RedisConfiguration, eventLoopGroup: any EventLoopGroup, logger: Logger? = nil) {
        let limits = ConnectionLimits(configuration)
        let logger = logger ?? Logger(label: "RedisClient") { _ in SwiftLogNoOpLogHandler() }
        slots = eventLoopGroup.makeIterator().map {
            LoopSlot(loop: $0, configuration: configuration, limits: limits, logger: logger)
        }
        loops = slots.map { ObjectIdentifier($0.loop) }
        self.limits = limits
    }

    deinit {
        guard !isShutdown.load(ordering: .relaxed) else { return }
        for slot in slots { _ = slot.shutdown() }
    }

    /// Connects every event loop now, instead of when it first has a command.
    ///
    /// After a failure the client keeps trying by itself, so the error may be ignored, or end the program.
    ///
    /// - Throws: ``RedisError`` `.connectFailed`, `.authenticationFailed`, `.timeout`, `.cancelled` or `.shutdown`.
    public func connect() async throws(RedisError) {
        for slot in slots {
            let deadline = NIODeadline.now() + limits.connectTimeout
            try await slot.gate.connect(slot, deadline: deadline)
        }
    }

    /// Closes all connections and fails what waits with `.shutdown`; done when the last socket is closed.
    ///
    /// May be called again, and from anywhere. Cancelling the caller does not shorten it.
    public func shutdown() async {
        isShutdown.store(true, ordering: .relaxed)
        for closed in slots.map({ $0.shutdown() }) {
            // Sockets that fail to close are closed all the same.
            try? await closed.get()
        }
    }

    /// Sends a command and waits for its reply.
    ///
    /// Here every command passes. The clock starts now, so a hop to a loop counts.
    func perform<Frame: WireFrame>(_ frame: Frame, timeout: Duration?) async throws(RedisError) -> Frame.Reply {
        try await perform(frame, asked: .now(), timeout: timeout)
    }

    func perform<Frame: WireFrame>(
        _ frame: Frame, asked: NIODeadline, timeout: Duration?
    ) async throws(RedisError) -> Frame.Reply {
        let deadline = asked + (timeout.map { TimeAmount($0) } ?? limits.commandTimeout)
        let here = slotOfThisThread
        if let here, let connection = here.readyConnection,
            let reply = try await here.send(frame, over: connection, asked: asked, deadline: deadline)
        {
            return reply
        }
        let slot = here ?? nextSlot()
        return try await slot.gate.perform(frame, in: slot, asked: asked, deadline: deadline)
    }

    /// The slots in turn, for callers that are on none of the loops.
    private func nextSlot() -> LoopSlot {
        let turn = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return slots[Int(UInt(bitPattern: turn) % UInt(slots.count))]
    }

    /// The slot whose loop this code runs on.
    private var slotOfThisThread: LoopSlot? {
        guard let loop = MultiThreadedEventLoopGroup.currentEventLoop else { return nil }
        let identifier = ObjectIdentifier(loop)
        for index in loops.indices where loops[index] == identifier {
            return slots[index]
        }
        return nil
    }
}
