import NIOCore
import Synchronization

/// One server, and every event loop's way to it.
///
/// Connections are made when a loop first has a command for this server, or by ``connect()``.
final class RedisNode: Sendable {
    /// Where the server is.
    let locator: any ServerLocator
    private let slots: [LoopSlot]
    private let loops: ClientLoops
    private let connectTimeout: TimeAmount
    private let isShutdown = Atomic<Bool>(false)

    init(locator: some ServerLocator, resources: ClientResources) {
        self.locator = locator
        loops = resources.loops
        connectTimeout = resources.limits.connectTimeout
        let recovery = NodeRecovery()
        slots = resources.loops.all.map {
            LoopSlot(loop: $0, locator: locator, recovery: recovery, resources: resources)
        }
        recovery.whenAnnounced { [weak self] in
            for slot in self?.slots ?? [] { slot.serverIsBack() }
        }
        locator.whenServerMayHaveMoved { [weak self] in
            for slot in self?.slots ?? [] { slot.serverMayHaveMoved() }
        }
    }

    deinit {
        guard !isShutdown.load(ordering: .relaxed) else { return }
        _ = close(by: .now())
    }

    /// Sends a command and waits for its reply, over the connection of the loop this code runs on, if it runs on one;
    /// waits for a connection first when there is none.
    func perform<Frame: WireFrame>(
        _ frame: Frame, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> Frame.Reply {
        // Not compared in place, which Swift 6.3 cannot compile.
        let caller: (any Actor)? = #isolation
        let reply =
            if caller != nil || loops.current == nil {
                try await slots[loops.current ?? loops.next()].post(frame, asked: asked, deadline: deadline)
            } else {
                try await performHere(frame, asked: asked, deadline: deadline)
            }
        if let reply { return reply }
        try throwIfShutdown()
        let slot = slots[loops.current ?? loops.next()]
        return try await slot.gate.perform(frame, in: slot, asked: asked, deadline: deadline)
    }

    /// Sends a command over the connection of the loop this code runs on, and waits for its reply, for a caller that is
    /// no actor's.
    ///
    /// Inlined, as what is below it: each call of an asynchronous function returns through a change of executor.
    ///
    /// Returns the reply, or `nil` if this is no loop, or it has no connection, and nothing was sent.
    @inline(__always)
    func performHere<Frame: WireFrame>(
        _ frame: Frame, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> Frame.Reply? {
        guard let here = loops.current else { return nil }
        let slot = slots[here]
        guard let connection = slot.readyConnection else { return nil }
        return try await slot.send(frame, over: connection, asked: asked, deadline: deadline)
    }

    /// Connects every loop now.
    func connect() async throws(RedisError) {
        try throwIfShutdown()
        // A failed attempt ends by itself within half of this, and says why.
        let deadline = NIODeadline.now() + connectTimeout * 2
        let failure = await withTaskGroup(of: RedisError?.self) { group in
            for slot in slots {
                group.addTask {
                    do throws(RedisError) {
                        try await slot.gate.connect(slot, deadline: deadline)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            for await failure in group.compactMap(\.self) {
                group.cancelAll()
                return failure as RedisError?
            }
            return nil
        }
        if let failure { throw failure }
    }

    /// Takes no more commands and closes all connections, each when its replies are there or at the deadline.
    ///
    /// What waits then fails with `.shutdown`. Done when the last socket is closed.
    func shutdown(deadline: NIODeadline = .now()) async {
        isShutdown.store(true, ordering: .releasing)
        for closed in close(by: deadline) {
            // Sockets that fail to close are closed all the same.
            try? await closed.get()
        }
    }

    /// Keeps callers away from gates whose loops may be shut down by now, too, and would never let them in.
    private func throwIfShutdown() throws(RedisError) {
        if isShutdown.load(ordering: .acquiring) { throw RedisError(.shutdown, wasSent: false) }
    }

    private func close(by deadline: NIODeadline) -> [EventLoopFuture<Void>] {
        [locator.shutdown(on: slots[0].loop)] + slots.map { $0.shutdown(deadline: deadline) }
    }
}
